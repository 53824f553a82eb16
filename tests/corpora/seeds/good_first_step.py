"""The smallest durable function with a step."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def multiply(step_context: StepContext, left: int, right: int) -> int:
    """Multiply two numbers."""
    return left * right


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    """Multiply in a step."""
    product = context.step(multiply(6, 7))
    return product
