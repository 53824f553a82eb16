"""Sends an offer, and waits for what the customer says."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig
from ledger import did
from limits import AN_OFFER

ANSWER = CallbackConfig(timeout=AN_OFFER)


@durable_step
def send(step_context: StepContext, customer: str, callback_id: str) -> dict:
    did(f"send to {customer}")
    return {"to": customer, "answer_to": callback_id}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    answer = context.create_callback(name="offer_callback", config=ANSWER)
    context.step(send(event["customer"], answer.callback_id))
    return {"answer": answer.result()}
