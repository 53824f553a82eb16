"""Claims a shipment, so that no other packer takes it, and packs it."""

import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def claim(step_context: StepContext, shipment: str) -> str:
    did(f"claim {shipment}")
    return f"packer {os.getpid()}"


@durable_step
def pack(step_context: StepContext, shipment: str) -> None:
    did(f"pack {shipment}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    holder = context.step(claim(event["shipment"]))
    if holder != f"packer {os.getpid()}":
        return {"state": "left to the other packer"}
    context.step(pack(event["shipment"]))
    return {"state": "packed"}
