"""Names that say nothing."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load_parcel(step_context: StepContext, parcel_id: str) -> dict:
    return {"parcel_id": parcel_id}


@durable_step
def weigh_parcel(step_context: StepContext, parcel: dict) -> dict:
    return {**parcel, "grams": 310}


@durable_step
def print_label(step_context: StepContext, parcel: dict) -> bool:
    return True


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    parcel = context.step(load_parcel(event["parcel_id"]), name="step1")  # expect: DUR403[W]
    weighed = context.step(weigh_parcel(parcel), name="step2")  # expect: DUR403[W]
    label = context.step(print_label(parcel), name="step3")  # expect: DUR403[W]
    return {"state": "labelled"}
