"""Books a room with breakfast, and confirms it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def reserve_room(step_context: StepContext, guest: str) -> str:
    did(f"reserve a room for {guest}")
    return f"room of {guest}"


@durable_step
def order_breakfast(step_context: StepContext, guest: str) -> None:
    did(f"order breakfast for {guest}")


@durable_step
def confirm(step_context: StepContext, room: str) -> None:
    did(f"confirm the {room}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(ctx: DurableContext) -> str:
        room = ctx.step(reserve_room(event["guest"]))
        ctx.step(order_breakfast(event["guest"]))
        return room

    room = context.run_in_child_context(book, name="book_room")
    context.step(confirm(room))
    return {"room": room}
