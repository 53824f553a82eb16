"""The second function of the folder: goods that come back."""

import audit
import inventory
import payments
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.exceptions import StepError
from references import return_reference


@durable_step
def inspect_goods(step_context, parcel: dict) -> dict:
    return {"parcel": parcel["number"], "intact": parcel.get("seal") == "ok"}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event["order_id"]
    findings = []
    for parcel in event["parcels"]:
        findings.append(context.step(inspect_goods(parcel)))  # expect: DUR401[W]

    intact = [finding["parcel"] for finding in findings if finding["intact"]]
    if not intact:
        return {"order_id": order_id, "refunded": 0}

    context.wait(Duration.from_hours(2), name="shelf_wait")
    context.step(inventory.release(order_id, event["items"]), name=return_reference(order_id))  # expect: DUR112[E]

    try:
        refund = context.step(payments.refund(order_id, len(intact)), name="refund_customer")
    except StepError as error:
        context.logger.error("refund failed", extra={"why": str(error)})
        refund = context.step(payments.refund_by_voucher(order_id, len(intact)), name="refund_customer")  # expect: DUR404[W]

    try:
        context.step(audit.record_step(order_id, "returned"), name="record_return")
    except Exception as error:  # expect: DUR211[W]
        context.logger.warning("no audit record", extra={"why": str(error)})
    return {"order_id": order_id, "refunded": refund["cents"]}
