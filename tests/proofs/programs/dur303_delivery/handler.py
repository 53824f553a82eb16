"""Plans a delivery and says when it will be."""

from datetime import datetime

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def plan(step_context: StepContext, parcel: str) -> str:
    did(f"plan {parcel}")
    return "2030-05-17T09:30:00"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    planned = datetime.fromisoformat(context.step(plan(event["parcel"])))
    saw("year", planned.year)
    return {"parcel": event["parcel"], "planned": planned}
