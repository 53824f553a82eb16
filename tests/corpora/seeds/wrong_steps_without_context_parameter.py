"""Steps that forget their first parameter: the SDK passes the step context first, so each call has one argument too many."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def check_seat(seat_id: str) -> dict:  # expect: DUR207[E]
    return {"seat_id": seat_id, "free": True}


@durable_step
def take_payment(seat_id: str, euros: float) -> dict:  # expect: DUR207[E]
    return {"booking": "b-7", "state": "paid"}


@durable_step
def print_ticket(seat_id: str) -> dict:  # expect: DUR207[E]
    return {"ticket": "T-0815"}


@durable_execution
def book_seat(event: dict, context: DurableContext) -> dict:
    seat_id = event["seat_id"]
    euros = event["euros"]

    checked = context.step(check_seat(seat_id))

    if not checked["free"]:
        return {"state": "failed", "reason": "seat_taken"}

    payment = context.step(take_payment(seat_id, euros))

    context.wait(Duration.from_seconds(6))

    ticket = context.step(print_ticket(seat_id))

    return {
        "state": "booked",
        "seat_id": seat_id,
        "booking": payment["booking"],
        "ticket": ticket["ticket"],
    }
