"""Draws the winner of a raffle, books the prize and tells the winner."""

import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def book_prize(step_context: StepContext, ticket: int) -> None:
    did("book the prize")
    saw("winning ticket", ticket)


@durable_step
def tell_winner(step_context: StepContext, ticket: int) -> None:
    did("tell the winner")
    saw("winning ticket", ticket)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    ticket = random.randrange(event["tickets"])
    context.step(book_prize(ticket))
    context.step(tell_winner(ticket))
    return {"tickets": event["tickets"]}
