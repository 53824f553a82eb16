"""Reserves a place on a shelf for an order, and tells the packers where it is."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def reserve(step_context: StepContext, order: dict) -> dict:
    did(f"reserve for {order['number']}")
    return {**order, "shelf": 4}


@durable_step
def tell_packers(step_context: StepContext, order: dict) -> None:
    did(f"{order['number']} goes to shelf {order['shelf']}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = {"number": event["number"], "shelf": None}
    order = context.step(reserve(order))
    context.step(tell_packers(order))
    return order
