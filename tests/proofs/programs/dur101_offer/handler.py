"""Makes an offer that is open for a quarter of an hour, and tells customer and warehouse until when."""

import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def hold_goods(step_context: StepContext, order: str, until: float) -> str:
    did("hold the goods")
    saw("end of the offer", until)
    return f"hold of {order}"


@durable_step
def write_to_customer(step_context: StepContext, order: str, until: float) -> None:
    did("write to the customer")
    saw("end of the offer", until)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    until = time.time() + 15 * 60
    hold = context.step(hold_goods(event["order"], until))
    context.step(write_to_customer(event["order"], until))
    return {"hold": hold}
