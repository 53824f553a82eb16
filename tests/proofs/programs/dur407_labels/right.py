"""Prints the label of a parcel and sticks it on."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def print_label(step_context: StepContext, parcel: str) -> str:
    did(f"print the label of {parcel}")
    return f"label of {parcel}"


@durable_step
def stick_on(step_context: StepContext, label: str) -> None:
    did(f"stick on the {label}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    label = context.step(print_label(event["parcel"]), name=f"print_{event['parcel']}")
    context.step(stick_on(label))
    return {"label": label}
