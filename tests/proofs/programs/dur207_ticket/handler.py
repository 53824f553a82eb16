"""Checks a seat and prints the ticket for it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def check_seat(seat: str) -> bool:
    did("check the seat")
    return seat != ""


@durable_step
def print_ticket(step_context: StepContext, seat: str) -> str:
    did("print the ticket")
    return f"ticket for {seat}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    free = context.step(check_seat(event["seat"]))
    return {"ticket": context.step(print_ticket(event["seat"])) if free else None}
