"""Asks somebody for consent, and waits for the answer."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from ledger import did


def write(address: str, callback_id: str) -> dict:
    did(f"write to {address}")
    return {"to": address, "answer_to": callback_id}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    answer = context.wait_for_callback(
        lambda callback_id: write(event["address"], callback_id),
        name="consent",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    return {"answer": answer}
