"""Take an order from the basket to the doorstep.

Four things in these modules go wrong, some of them only when the function is replayed: `durable-lint examples`.
"""

from datetime import datetime

import inventory
import notifications
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def charge_card(step_context: StepContext, order_id: str, cents: int) -> dict:
    return {"order_id": order_id, "cents": cents, "state": "charged"}


@durable_step
def pack_item(step_context: StepContext, sku: str) -> dict:
    return {"sku": sku, "packed": True}


@durable_execution
def handle_order(event: dict, context: DurableContext) -> dict:
    order_id = event["order_id"]
    context.logger.info("order received", extra={"order_id": order_id})

    stock = context.step(inventory.reserve_stock(order_id, event["items"]))
    if not stock["complete"]:
        return {"order_id": order_id, "state": "sold out"}

    context.step(charge_card(order_id, event["cents"]), name="charge_card")

    if datetime.now().hour >= 16:
        context.wait(Duration.from_hours(14), name="next_morning_wait")

    for item in event["items"]:
        context.step(pack_item(item["sku"]))

    notifications.order_shipped(order_id, event["email"])
    return {"order_id": order_id, "state": "shipped"}
