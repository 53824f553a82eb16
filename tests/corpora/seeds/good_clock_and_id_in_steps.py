"""Values that differ at every run come out of steps."""

import time
import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_clock(step_context: StepContext) -> int:
    return int(time.time())


@durable_step
def new_reference(step_context: StepContext) -> str:
    return str(uuid.uuid4())


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    opened_at = context.step(read_clock())
    reference = context.step(new_reference())
    return {"opened_at": opened_at, "reference": reference}
