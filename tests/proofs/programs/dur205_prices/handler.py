"""Refreshes the prices before a shop opens."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def refresh_prices(step_context: StepContext) -> int:
    did("refresh the prices")
    return 42


@durable_step
def open_shop(step_context: StepContext, shop: str) -> None:
    did(f"open {shop}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    prices = context.step(refresh_prices)
    context.step(open_shop(event["shop"]))
    return {"prices": prices}
