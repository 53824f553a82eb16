"""Stores a parcel on the shelf that its number is spread to, and tells the customer which one it is."""

from zlib import crc32

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def store(step_context: StepContext, parcel: str, shelf: int) -> None:
    did(f"store {parcel}")
    saw("shelf", shelf)


@durable_step
def tell_customer(step_context: StepContext, parcel: str, shelf: int) -> None:
    did(f"tell where {parcel} is")
    saw("shelf", shelf)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    shelf = crc32(event["parcel"].encode()) % 1000
    context.step(store(event["parcel"], shelf))
    context.step(tell_customer(event["parcel"], shelf))
    return {"stored": event["parcel"]}
