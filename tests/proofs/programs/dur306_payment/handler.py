"""Waits for a payment and books it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from ledger import did


@durable_step
def book_payment(step_context: StepContext, cents: int) -> int:
    did(f"book {cents}")
    return cents


def ask(customer: str, callback_id: str) -> dict:
    did(f"ask {customer}")
    return {"to": customer, "answer_to": callback_id}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    payment = context.wait_for_callback(
        lambda callback_id, _: ask(event["customer"], callback_id),
        name="payment",
        config=WaitForCallbackConfig(timeout=Duration.from_days(1)),
    )
    return {"booked": context.step(book_payment(payment["cents"]))}
