"""Names that say what an operation is about."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def read_schedule(step_context: StepContext, night: str) -> dict:
    return {"night": night, "observer": "Vera Cepheid"}


@durable_step
def check_schedule(step_context: StepContext, schedule: dict) -> dict:
    return {**schedule, "checked": True}


@durable_step
def post_schedule(step_context: StepContext, schedule: dict) -> str:
    return f"posted for {schedule['observer']}"


@durable_execution
def publish_schedule(event: dict, context: DurableContext) -> dict:
    schedule = context.step(read_schedule(event["night"]), name="read_schedule")
    checked = context.step(check_schedule(schedule), name="check_schedule")
    notice = context.step(post_schedule(checked), name="post_schedule")
    return {"notice": notice}


@durable_execution
def hand_over_dome(event: dict, context: DurableContext) -> str:
    context.step(lambda _: "parked", name="park_telescope")
    context.wait(Duration.from_seconds(45), name="dome_rotation_wait")
    keys = context.create_callback(name="keys_callback", config=CallbackConfig(timeout=Duration.from_minutes(10)))
    return keys.result()


@durable_step
def develop_plate(step_context: StepContext, plate: dict) -> str:
    return f"{plate['id']} developed"


@durable_execution
def develop_plates(event: dict, context: DurableContext) -> list:
    developed = []
    for position, plate in enumerate(event["plates"]):
        developed.append(context.step(develop_plate(plate), name=f"develop_plate_{position}_{plate['id']}"))
    return developed
