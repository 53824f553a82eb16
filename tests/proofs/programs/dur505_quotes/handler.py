"""Asks carriers for quotes in branches, which are made in a loop and kept in a list."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import ParallelConfig
from ledger import did


@durable_step
def ask(step_context: StepContext, carrier: str, weight: int) -> int:
    did(f"ask {carrier}")
    return len(carrier) * weight


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    weight = event["weight"]
    branches = []
    for carrier in event["carriers"]:
        name = f"ask_{carrier}"

        def quote(ctx: DurableContext) -> int:
            return ctx.step(ask(carrier, weight), name=name)

        branches.append(quote)
    batch = context.parallel(branches, name="ask_carriers", config=ParallelConfig(max_concurrency=1))
    batch.throw_if_error()
    return {"best": min(batch.get_results())}
