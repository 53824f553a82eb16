"""A wait where there is something to wait for."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def start_backup(step_context: StepContext, volume: str) -> str:
    return f"backup-of-{volume}"


@durable_step
def read_backup_state(step_context: StepContext, backup_id: str) -> dict:
    return {"backup_id": backup_id, "state": "done"}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    backup_id = context.step(start_backup(event["volume"]))
    context.wait(Duration.from_seconds(25), name="backup_progress_wait")
    state = context.step(read_backup_state(backup_id))
    return state
