"""One step that does the work."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_stay(step_context: StepContext, nights: int, rate: int) -> int:
    return nights * rate


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    price = context.step(price_stay(event["nights"], event["rate"]))
    return {"price": price}
