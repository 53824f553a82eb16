"""Reads both sides of a sheet."""

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
def scan(step_context: StepContext, side: str) -> str:
    did(f"scan the {side}")
    return f"text of the {side}"


@durable_with_child_context
def read_side(ctx: DurableContext, side: str) -> str:
    return ctx.step(scan(side), name=f"scan_{side}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    branches = [read_side("front"), read_side("back")]
    sides = context.parallel(branches, name="read_sides", config=ParallelConfig(max_concurrency=1))
    sides.throw_if_error()
    return {"sides": sides.get_results()}
