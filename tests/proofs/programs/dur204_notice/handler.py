"""Changes an address and sends notice of it to the old one."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def store_address(step_context: StepContext, customer: str, address: str) -> str:
    did("store the address")
    return f"{customer}: {address}"


@durable_step
def send_notice(step_context: StepContext, customer: str) -> None:
    did("send notice")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    stored = context.step(store_address(event["customer"], event["address"]))
    send_notice(event["customer"])
    return {"stored": stored}
