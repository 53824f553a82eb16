"""A step result of plain JSON types."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket_id": basket["id"],
        "gross": 41.5,
        "lines": ["tea", "honey"],
        "priced": True,
    }


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(price_basket(event["basket"]))
