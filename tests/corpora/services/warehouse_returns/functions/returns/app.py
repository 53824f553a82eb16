"""A parcel comes back."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackError
from warehouse.patience import CARRIER, INSPECTION

from inspection import request_inspection
from money import refund, write_off


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    parcel = {"id": event["detail"]["id"], "customer": event["detail"]["customer"]}
    context.wait(CARRIER, name="carrier_wait")
    try:
        context.wait_for_callback(
            lambda callback_id, _: request_inspection(callback_id, parcel["id"]),
            name="inspection_callback",
            config=WaitForCallbackConfig(timeout=INSPECTION),
        )
    except CallbackError:
        return {"written_off": context.step(write_off(parcel))}
    return {"refunded": context.step(refund(parcel))}
