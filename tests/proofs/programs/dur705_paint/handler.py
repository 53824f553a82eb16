"""Paints a wall twice, and lets the first coat dry."""

from datetime import timedelta

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did

DRYING = 90


@durable_step
def paint(step_context: StepContext, coat: str) -> int:
    did(f"paint the {coat} coat")
    return 1


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    coats = context.step(paint("first"), name="paint_first")
    context.wait(DRYING, name="drying_wait")
    coats += context.step(paint("second"), name="paint_second")
    context.wait(timedelta(seconds=2), name="look_wait")
    return {"coats": coats}
