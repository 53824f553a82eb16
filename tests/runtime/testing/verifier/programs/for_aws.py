"""Handlers written with AWS's SDK; some do not do the same on replay, as in `unsteady`."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime
from typing import Any

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, MapConfig, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets
from durable_runtime.testing import effect

SECOND = Duration.from_seconds(1)
ONCE = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)


@durable_step
def note(_context: StepContext, text: str) -> str:
    effect("note", text)
    return text


@durable_execution
def order(event: Any, context: DurableContext) -> Any:
    key = context.step(lambda _: str(uuid.uuid4()), name="key")
    context.wait(SECOND, name="pause")

    def pack(child: DurableContext, line: str, _index: int, _lines: Any) -> str:
        child.wait(SECOND)
        return child.step(note(f"{line} {key}"))

    packed = context.map(["cup", "pot"], pack, name="pack", config=MapConfig(max_concurrency=2)).get_results()
    answer = context.wait_for_callback(lambda callback_id, _context: None, name="approval")
    sent = context.run_in_child_context(lambda child: child.step(note("post"), config=ONCE), name="send")
    return [len(packed), answer, sent]


@durable_execution
def clock_in_name(event: Any, context: DurableContext) -> Any:
    context.step(note("a"), name=f"book {datetime.now(UTC).date()}")  # differs: clock
    return 1


@durable_execution
def random_wait(event: Any, context: DurableContext) -> Any:
    context.wait(Duration.from_seconds(random.randint(1, 100_000)), name="pause")  # differs: random
    return 1


@durable_execution
def fewer_on_replay(event: Any, context: DurableContext) -> Any:
    if not context.is_replaying():
        context.step(note("b"), name="only at first")  # differs: every
    return 1


@durable_execution
def bare_except(event: Any, context: DurableContext) -> Any:
    try:
        context.wait(SECOND, name="pause")  # differs: swallowed
    except:  # noqa: E722
        return "went on without waiting"
    return 1


@durable_execution
def operation_in_finally(event: Any, context: DurableContext) -> Any:
    try:
        context.wait(SECOND, name="pause")
    finally:
        context.step(note("c"), name="clean up")  # differs: late
    return 1


@durable_execution
def effect_outside(event: Any, context: DurableContext) -> Any:
    effect("charge", 100)  # differs: again
    return context.step(note("d"))


@durable_execution
def swallowed_callback(event: Any, context: DurableContext) -> Any:
    answer = context.create_callback(name="approval")
    try:
        return answer.result()  # differs: swallowed
    except BaseException as error:
        raise RuntimeError("nobody answered") from error
