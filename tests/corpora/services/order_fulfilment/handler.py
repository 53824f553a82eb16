"""Order fulfilment in a flat Lambda folder: modules import each other by their bare names, clients are module globals."""

import os
from datetime import datetime, timezone
from uuid import uuid4

import audit
import inventory
import payments as pay
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from pricing import total_cents
from shipping import book_shipment, cheapest_carrier, print_label

STAGE = os.environ.get("STAGE", "dev")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event.get("order_id", str(uuid4()))  # expect: DUR103[E]
    items = event["items"]
    context.logger.info("order accepted", extra={"order": order_id, "stage": STAGE})

    reservation = context.step(inventory.reserve(order_id, items))
    if not reservation["complete"]:
        audit.record(order_id, "rejected")  # expect: DUR105[E]
        return {"order_id": order_id, "state": "rejected"}

    amount = total_cents(items, event.get("voucher"))
    payment = context.step(pay.charge(order_id, amount), name="charge_customer")
    if payment["state"] != "paid":
        context.step(inventory.release(order_id, items))
        context.step(audit.record_step(order_id, "unpaid"))
        return {"order_id": order_id, "state": "unpaid"}
    audit.record(order_id, "paid")  # expect: DUR105[E]

    if datetime.now(timezone.utc).weekday() >= 5:  # expect: DUR101[E]
        context.wait(Duration.from_days(2), name="weekend_wait")

    carrier = cheapest_carrier(items)  # expect: DUR105[W]
    shipment = context.step(book_shipment(order_id, carrier))
    for parcel in shipment["parcels"]:
        context.step(print_label(parcel), name=f"print_label_{parcel['number']}")

    context.step(audit.record_step(order_id, "shipped"))
    return {"order_id": order_id, "state": "shipped", "tracking": shipment["tracking"]}
