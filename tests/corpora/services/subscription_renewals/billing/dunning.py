"""Three reminders, each a little less friendly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackTimeoutError

from .mailing import request_payment, send_reminder

if TYPE_CHECKING:
    from aws_durable_execution_sdk_python import DurableContext

TONES = ("friendly", "firm", "final")


def dun(context: DurableContext, subscription: dict, invoice: dict) -> bool:
    """Whether the invoice was paid in the end."""
    for round_number, tone in enumerate(TONES):
        try:
            answer = context.wait_for_callback(
                lambda callback_id, _, tone=tone: request_payment(invoice["id"], tone, callback_id),
                name=f"payment_{round_number}_callback",
                config=WaitForCallbackConfig(timeout=Duration.from_days(7)),
            )
        except CallbackTimeoutError:
            send_reminder(subscription["mail"], tone)  # expect: DUR105[E]
            continue
        if answer == "paid":
            return True
    return False
