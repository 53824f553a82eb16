"""Lets a visitor into a garden for two hours, and looks into the book of the gate afterwards."""

import gate
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def water_flowers(step_context: StepContext) -> None:
    did("water the flowers")


@durable_step
def note_leaving(step_context: StepContext, visitor: str) -> None:
    gate.note_leaving(visitor)


@durable_step
def read_book(step_context: StepContext) -> list[str]:
    return gate.lines()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_hours(2), name="visit_wait")
    context.step(water_flowers())
    context.step(note_leaving(event["visitor"]))
    return {"book": context.step(read_book())}
