"""Prints the label that a customer sticks on the parcel."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from warehouse.patience import INSPECTION


@durable_step
def draw_label(step_context: StepContext, parcel: str) -> str:
    return f"label for {parcel}"


@durable_step
def remind_customer(step_context: StepContext, label: str) -> str:
    return f"reminder of {label}"


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> str:
    label = context.step(draw_label(event["parcel"]))
    context.wait(INSPECTION, name="reminder_wait")
    return context.step(remind_customer(label))
