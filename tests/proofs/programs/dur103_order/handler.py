"""Charges for an order and ships it, under a number that is made here."""

import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did, saw


@durable_step
def charge(step_context: StepContext, order_id: str, cents: int) -> int:
    did("charge")
    saw("number of the order", order_id)
    return cents


@durable_step
def ship(step_context: StepContext, order_id: str) -> None:
    did("ship")
    saw("number of the order", order_id)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = str(uuid.uuid4())
    paid = context.step(charge(order_id, event["cents"]))
    context.wait(Duration.from_hours(1), name="revocation_wait")
    context.step(ship(order_id))
    return {"paid": paid}
