"""Asks the regions, and goes ahead when most of them agree."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import CompletionConfig, ParallelConfig
from ledger import did

QUORUM = 3


@durable_step
def invite(step_context: StepContext) -> None:
    did("invite to the vote")


@durable_with_child_context
def ask(ctx: DurableContext, region: str) -> str:
    return ctx.step(lambda _: f"{region} agrees", name=f"ask_{region}")


@durable_execution
def handler(event: dict, context: DurableContext) -> list[str]:
    context.step(invite())
    majority = ParallelConfig(completion_config=CompletionConfig(min_successful=QUORUM))
    votes = context.parallel([ask("north"), ask("south")], name="ask_regions", config=majority)
    votes.throw_if_error()
    return votes.get_results()
