# expect-info
"""One pattern for each kind of operation."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def check_parcel(step_context: StepContext, parcel_id: str) -> dict:
    return {"parcel_id": parcel_id}


@durable_step
def book_courier(step_context: StepContext, grams: int) -> dict:
    return {"grams": grams}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    context.step(check_parcel(event["parcel_id"]), name="check_parcel")
    context.step(book_courier(event["grams"]), name="book_courier")

    context.create_callback(name="pickup_callback")  # expect: DUR701[W] DUR706[W]
    context.create_callback(name="delivery_callback")  # expect: DUR701[W] DUR706[W]

    context.wait(Duration.from_seconds(45), name="pickup_confirmation_wait")
    return {"state": "booked"}
