"""A handler that takes its settings from one place."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from retry_settings import PATIENT


@durable_step
def load_record(step_context: StepContext, record_id: str) -> dict:
    return {"record_id": record_id}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    record = context.step(load_record(event["id"]), config=PATIENT)
    return record
