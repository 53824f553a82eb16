"""Packs parcels and has them picked up."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def pick_up(step_context: StepContext, parcels: list[str]) -> int:
    did(f"pick up {', '.join(parcels)}")
    return len(parcels)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcels = []

    def pack(step_context: StepContext) -> None:
        for order in event["orders"]:
            did(f"pack {order}")
            parcels.append(f"parcel of {order}")

    context.step(pack, name="pack_orders")
    return {"picked_up": context.step(pick_up(parcels))}
