# expect-info
"""The inspection of a machine that came back."""

from __future__ import annotations

import boto3
from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

queue = boto3.client("sqs")
_HOUR = 60 * 60


def inspect(ctx: DurableContext) -> dict:
    """A mechanic looks at the machine; who runs this handles that nobody does."""

    def call_mechanic(callback_id: str, callback_context: WaitForCallbackContext) -> None:
        queue.send_message(QueueUrl="https://example.org/mechanics", MessageBody=callback_id)

    for part in ("engine", "hydraulics"):
        ctx.wait(Duration.from_seconds(0.25), name=f"{part}_wait")  # expect: DUR705[E]
    found = ctx.wait_for_callback(
        call_mechanic,
        name="mechanic_callback",
        config=WaitForCallbackConfig(
            timeout=Duration.from_seconds(8 * _HOUR),
            heartbeat_timeout=Duration.from_seconds(9 * _HOUR),  # expect: DUR704[W]
        ),
    )
    return {"found": found, "washed": _washed(ctx)}


def _washed(ctx: DurableContext) -> bool:
    done = ctx.create_callback(
        name="washing_callback",
        config=WaitForCallbackConfig(Duration.from_hours(3)),  # expect: DUR703[I]
    )
    queue.send_message(QueueUrl="https://example.org/washers", MessageBody=done.callback_id)  # expect: DUR105[E]
    return done.result() == "washed"
