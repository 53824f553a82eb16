"""Waters a field, waits until the soil has dried, and looks at it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def water(step_context: StepContext, field: str) -> str:
    did(f"water {field}")
    return f"{field} is wet"


@durable_step
def look_at(step_context: StepContext, field: str) -> str:
    did(f"look at {field}")
    return f"{field} is dry"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    before = context.step(water(event["field"]), name="water_field")
    context.wait(minutes=30, name="dry_wait")
    after = context.step(look_at(event["field"]), retry_strategy=None, name="look_at_field")
    return {"before": before, "after": after}
