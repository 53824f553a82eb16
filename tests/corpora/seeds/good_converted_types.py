"""The same values, converted before they leave the step."""

from datetime import datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket_id": basket["id"],
        "gross": float(Decimal("41.50")),
        "priced_at": datetime.now().isoformat(),
    }


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(price_basket(event["basket"]))
