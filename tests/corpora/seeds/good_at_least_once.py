"""Adding up is the same every time, so the default semantics do."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def add_up(step_context: StepContext, lines: list) -> float:
    return sum(line["net"] for line in lines)


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> float:
    net = context.step(add_up(event["lines"]))
    return net
