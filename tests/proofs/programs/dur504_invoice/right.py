"""Looks up what the goods cost, and prints the invoice when they have been delivered."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def look_up(step_context: StepContext, item: str) -> str:
    did(f"look up {item}")
    return f"{item} at {len(item)} euros"


@durable_step
def print_invoice(step_context: StepContext, text: str) -> str:
    did(f"print {text}")
    return f"invoice of {text}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    lines: list[str] = []
    for item in event["items"]:
        lines.append(context.step(look_up(item), name=f"look_up_{item}"))
    context.wait(Duration.from_days(1), name="delivery_wait")
    return {"invoice": context.step(print_invoice(", ".join(lines)))}
