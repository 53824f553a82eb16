"""Parts of the workflow that take the context: what they do is replayed code like the handler itself."""

from __future__ import annotations

import json

from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

from .adapters import mailer


def ask_officer(context: DurableContext, loan_id: str, points: int) -> dict:
    """An officer of the bank looks at the application."""

    def send_to_officer(callback_id: str, callback_context: WaitForCallbackContext) -> None:
        mailer.send("officers@example.org", json.dumps({"loan": loan_id, "points": points, "callback": callback_id}))

    answer = context.wait_for_callback(
        send_to_officer,
        name="officer_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_days(5)),
    )
    return json.loads(answer)


def ask_partner_bank(context: DurableContext, loan_id: str) -> str:
    """A partner bank may take a share of the loan."""
    callback = context.create_callback(
        name="partner_callback",
        config=CallbackConfig(timeout=Duration.from_days(2)),
    )
    mailer.send("partners@example.org", f"{loan_id}: answer to {callback.callback_id}")  # expect: DUR105[E]
    answer = callback.result()
    if answer is None:
        return "none"
    return answer.get("bank", "none")  # expect: DUR306[E]
