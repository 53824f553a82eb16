"""Results that any reader of the record can read."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def describe_frame(step_context: StepContext, frame: dict) -> dict:
    return {"id": frame["id"], "seconds": 12.5, "filters": ["g", "r"], "saturated": False, "note": None}


@durable_execution
def log_frame(event: dict, context: DurableContext) -> dict:
    return context.step(describe_frame(event))


@durable_step
def price_night(step_context: StepContext, hours: str) -> dict:
    price = Decimal(hours) * Decimal("12.50")
    return {"price": str(price), "priced_at": datetime(2031, 3, 7, 22, tzinfo=UTC).isoformat()}


@durable_execution
def quote_night(event: dict, context: DurableContext) -> dict:
    return context.step(price_night(event["hours"]))


@dataclass
class Star:
    name: str
    magnitude: float
    companions: list


@durable_step
def classify_star(step_context: StepContext, entry: dict) -> dict:
    star = Star(**entry)
    if star.companions:
        star.name = f"{star.name} system"
    return asdict(star)


@durable_execution
def catalogue_star(event: dict, context: DurableContext) -> dict:
    star = Star(**context.step(classify_star(event)))
    return {"entry": f"{star.name}, {star.magnitude} mag"}
