"""Restocks a shelf after a count."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from ledger import did


@durable_step
def count(step_context: StepContext, item: str) -> int:
    did(f"count {item}")
    return 4


@durable_step
def carry(step_context: StepContext, item: str, number: int) -> None:
    did(f"carry {number} {item}")


@durable_with_child_context
def restock(ctx: DurableContext, item: str, counted: int) -> None:
    ctx.step(carry(item, 10 - counted))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    counted = context.step(count(event["item"]))
    if counted < 10:
        restock(event["item"], counted)
    return {"counted": counted}
