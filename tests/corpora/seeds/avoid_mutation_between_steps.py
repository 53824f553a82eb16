"""A dict that a step was given is changed between steps."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def add_visit(step_context: StepContext, tally: dict) -> dict:
    return {"visits": tally["visits"] + 1}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    tally = {"visits": 0}
    context.step(add_visit(tally))
    tally["visits"] += 1  # expect: DUR503[W]
    return tally
