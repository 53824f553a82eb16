"""Reads the two sides of a page."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import ParallelConfig
from ledger import did


@durable_step
def read(step_context: StepContext, side: str) -> str:
    did(f"read the {side}")
    return f"text of the {side}"


@durable_with_child_context
def read_front(ctx: DurableContext) -> str:
    return ctx.step(read("front"))


@durable_with_child_context
def read_back(ctx: DurableContext) -> str:
    return ctx.step(read("back"))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    sides = context.parallel([read_front(), read_back], name="read_sides", config=ParallelConfig(max_concurrency=1))
    sides.throw_if_error()
    return {"sides": sides.get_results()}
