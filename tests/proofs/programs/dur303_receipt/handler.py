"""Charges an amount and gives a receipt."""

from decimal import Decimal
from uuid import UUID

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def charge(step_context: StepContext, euros: str) -> str:
    did(f"charge {euros}")
    return "paid"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    state = context.step(charge(event["euros"]))
    return {"order": UUID(event["order"]), "euros": Decimal(event["euros"]), "state": state}
