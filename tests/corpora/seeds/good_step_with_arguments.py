"""Several arguments for a step."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def label_shelf(step_context: StepContext, row: str, shelf: int) -> str:
    return f"{row}/{shelf}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    label = context.step(label_shelf("K", 12))
    return label
