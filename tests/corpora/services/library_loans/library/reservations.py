"""Reserving a book that somebody else has."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def note_reservation(step_context: StepContext, book: str, reader: str) -> str:
    return f"{book} for {reader}"


@durable_execution
def reserve_book(event: dict, context: DurableContext) -> str:
    return context.step(note_reservation(event["book"], event["reader"]))
