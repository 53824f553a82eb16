"""Sells a voucher: the code that is stored is the one that is sent."""

from secrets import token_hex as new_code

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def deliver(step_context: StepContext, where: str, code: str) -> None:
    did(f"deliver to {where}")
    saw("code", code)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    code = new_code(8)
    for where in event["places"]:
        context.step(deliver(where, code), name=f"deliver_to_{where}")
    return {"delivered": len(event["places"])}
