"""A step is given the context it runs on and uses it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def stamp_document(step_context: StepContext) -> str:
    return "stamped"


@durable_step
def settle_and_stamp(step_context: StepContext, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(2))  # expect: DUR201[E]
    stamped = context.step(stamp_document(), name="step2")  # expect: DUR201[E] DUR403[W]
    return stamped


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    stamped = context.step(settle_and_stamp(context), name="step1")  # expect: DUR201[E] DUR403[W]
    return {"stamped": stamped}
