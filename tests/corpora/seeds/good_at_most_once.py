"""A withdrawal must not be repeated when the step is interrupted."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics


@durable_step
def withdraw_deposit(step_context: StepContext, euros: float) -> dict:
    return {"booking": "b-90", "state": "booked"}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    booking = context.step(
        withdraw_deposit(event["euros"]),
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY),  # expect: DUR602[W]
    )
    return booking
