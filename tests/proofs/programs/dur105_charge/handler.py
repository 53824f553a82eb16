"""Charges a customer and sends the goods."""

import urllib.request

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from bank import CHARGES
from ledger import did


@durable_step
def send_goods(step_context: StepContext, order: str) -> None:
    did(f"send {order}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with urllib.request.urlopen(CHARGES, data=event["order"].encode(), timeout=5) as answer:
        state = answer.read().decode()
    context.step(send_goods(event["order"]))
    return {"charge": state}
