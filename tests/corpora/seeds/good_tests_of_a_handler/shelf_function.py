"""The function under test."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_books(step_context: StepContext, shelf: str) -> int:
    return len(shelf)


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    return context.step(count_books(event["shelf"]))
