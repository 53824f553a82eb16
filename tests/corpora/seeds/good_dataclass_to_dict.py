"""A dataclass inside the step, a dict outside."""

from dataclasses import asdict, dataclass

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@dataclass
class Basket:
    basket_id: str
    gross: float
    lines: list


@durable_step
def price_basket(step_context: StepContext, fields: dict) -> dict:
    basket = Basket(**fields)
    return asdict(basket)


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(price_basket(event["basket"]))
