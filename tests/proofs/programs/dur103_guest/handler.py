"""Books a table, for a reservation that may have a number already."""

from uuid import uuid4

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def book_table(step_context: StepContext, number: str, guests: int) -> str:
    did("book a table")
    saw("number", number)
    return f"table for {guests}"


@durable_step
def confirm(step_context: StepContext, number: str) -> None:
    did("confirm")
    saw("number", number)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    number = event.get("number", uuid4().hex)
    table = context.step(book_table(number, event["guests"]))
    context.step(confirm(number))
    return {"table": table}
