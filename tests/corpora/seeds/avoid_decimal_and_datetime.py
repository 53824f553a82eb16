"""Types that plain JSON does not have."""

from datetime import datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket_id": basket["id"],
        "gross": Decimal("41.50"),  # expect: DUR302[W]
        "priced_at": datetime.now(),  # expect: DUR302[W]
    }
