"""An approval: somebody outside answers within a day, or the request lapses.

``durable-run run durable_runtime.examples.approval:handler`` waits at the callback and says how to answer it:
``durable-run callback EXECUTION/approval_callback succeed --result yes`` in another terminal lets it go on.
"""

from __future__ import annotations

from typing import Any

from durable_runtime import (
    CallbackExternalError,
    CallbackTimeoutError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from durable_runtime.config import Duration, WaitForCallbackConfig
from durable_runtime.types import WaitForCallbackContext

ANSWER_WITHIN = WaitForCallbackConfig(timeout=Duration.from_days(1), heartbeat_timeout=Duration.from_hours(12))


def ask_approver(callback_id: str, context: WaitForCallbackContext) -> None:
    """Tell the approver which callback carries the answer: here the person at the terminal, who reads the log."""
    context.logger.info("waiting for an answer through callback %s", callback_id)


@durable_step
def record_decision(_step_context: StepContext, request: str, decision: str) -> str:
    """Keep what was decided."""
    return f"{request}: {decision}"


@durable_execution
def handler(event: dict[str, Any], context: DurableContext) -> str:
    """Ask for an approval and record what came of it."""
    request: str = event.get("request", "travel to Lisbon")
    try:
        decision = context.wait_for_callback(ask_approver, name="approval_callback", config=ANSWER_WITHIN)
    except CallbackTimeoutError:
        decision = "lapsed"
    except CallbackExternalError as refusal:
        decision = f"refused ({refusal.message})"
    return context.step(record_decision(request, decision or "approved"))
