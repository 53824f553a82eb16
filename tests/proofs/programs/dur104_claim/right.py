"""Claims a shipment, so that no other packer takes it, and packs it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def claim(step_context: StepContext, shipment: str, packer: str) -> str:
    did(f"claim {shipment}")
    return packer


@durable_step
def pack(step_context: StepContext, shipment: str) -> None:
    did(f"pack {shipment}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    packer = context.execution_context.durable_execution_arn
    holder = context.step(claim(event["shipment"], packer))
    if holder != packer:
        return {"state": "left to the other packer"}
    context.step(pack(event["shipment"]))
    return {"state": "packed"}
