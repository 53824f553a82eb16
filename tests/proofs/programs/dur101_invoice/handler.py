"""Writes an invoice: number, books and letter carry the same moment, which a helper reads."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from calendar_of_office import moment
from ledger import did, saw


@durable_step
def enter_into_books(step_context: StepContext, number: str, cents: int) -> None:
    did("enter into the books")
    saw("number of the invoice", number)


@durable_step
def send_letter(step_context: StepContext, number: str) -> None:
    did("send the letter")
    saw("number of the invoice", number)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    number = f"{event['customer']}-{moment()}"
    context.step(enter_into_books(number, event["cents"]))
    context.step(send_letter(number))
    return {"customer": event["customer"]}
