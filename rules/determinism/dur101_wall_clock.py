"""DUR101: the clock read in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, ReplayedValueRule


class WallClock(ReplayedValueRule):
    """Reading the clock in replayed code gives another value on every replay.

    A durable function runs from the top each time it resumes. What it computed between two operations is computed
    again; a time that was 09:59 on the first run is 14:20 after a wait, and a branch, a loop or an argument that
    depends on it no longer agrees with what has been recorded.

    Read the clock in a step: its result is recorded once and every replay sees the same time.
    """

    code = "DUR101"
    name = "wall-clock"
    kinds = (Kind.CLOCK,)
    examples = (
        Example(
            bad='''
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def send_reminder(step_context: StepContext, sent_at: float) -> str:
    return f"reminder of {sent_at}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    now = time.time()  # <- DUR101[E]
    if now > event["deadline"]:
        context.step(send_reminder(now))
    return {"done": True}
''',
            good='''
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_clock(step_context: StepContext) -> float:
    return time.time()


@durable_step
def send_reminder(step_context: StepContext, sent_at: float) -> str:
    return f"reminder of {sent_at}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    now = context.step(read_clock())
    if now > event["deadline"]:
        context.step(send_reminder(now))
    return {"done": True}
''',
        ),
    )
