"""A durable handler that all of these deploy."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def register_order(step_context: StepContext, order: dict) -> str:
    return f"order {order['id']}"


@durable_step
def ask_for_review(step_context: StepContext, order: str) -> str:
    return f"review of {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    order = context.step(register_order(event))
    context.wait(Duration.from_minutes(50), name="review_wait")
    return context.step(ask_for_review(order))
