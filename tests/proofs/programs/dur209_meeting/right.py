"""Opens a room for a meeting, takes the minutes afterwards, and closes the room."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    DurableExecutionsError,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def open_room(step_context: StepContext, room: str) -> None:
    did(f"open {room}")


@durable_step
def take_minutes(step_context: StepContext, room: str) -> str:
    did("take the minutes")
    return f"minutes of {room}"


@durable_step
def close_room(step_context: StepContext, room: str) -> None:
    did(f"close {room}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(open_room(event["room"]))
    try:
        context.wait(Duration.from_hours(2), name="meeting_wait")
        minutes = context.step(take_minutes(event["room"]))
    except DurableExecutionsError:
        context.step(close_room(event["room"]), name="close_room_after_failure")
        raise
    context.step(close_room(event["room"]))
    return {"minutes": minutes}
