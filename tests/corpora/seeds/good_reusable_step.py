"""A decorated step names itself and can be tested alone."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def has_required_fields(step_context: StepContext, form: dict) -> bool:
    return all(field in form for field in ["street", "postcode"])


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    complete = context.step(has_required_fields(event))
    return {"complete": complete}
