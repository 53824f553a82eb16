"""Packs a parcel, waits for the carrier and says so."""

import logging

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def act(step_context: StepContext, what: str) -> str:
    did(what)
    return what


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    print("packing", event["parcel"])
    context.step(act("pack"), name="pack_parcel")
    logging.warning("packed %s", event["parcel"])
    context.wait(Duration.from_hours(1), name="carrier_wait")
    context.step(act("hand over"), name="hand_over_parcel")
    return {"parcel": event["parcel"]}
