"""A workflow with every kind of operation, that notes what its bodies do and what it is told has been recorded.

Notes are lines of a file, written at once, so that they survive the death of the process.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from typing import Any

from durable_runtime import DurableContext, StepContext, StepError, WithRetryConfig, durable_execution, with_retry
from durable_runtime.config import Duration, MapConfig, StepConfig, StepSemantics
from durable_runtime.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy
from durable_runtime.types import WaitForCallbackContext, WaitForConditionCheckContext
from durable_runtime.waits import WaitForConditionConfig, WaitStrategyConfig, create_wait_strategy

ONCE = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)
AGAIN = StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=3)))


class Workflow:
    """The workflow's functions, as one process sees them.

    Args:
        notes: the file that the notes go to.
        answer: completes a callback with a result.
    """

    def __init__(self, notes: str, answer: Callable[[str, str], None]) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._answer = answer
        self.handler = durable_execution(self._run)
        self.child = durable_execution(self._child)

    def note(self, kind: str, context: Any, name: str, value: object = None) -> None:
        """Write one line: ``did`` in a step's body, ``told`` when the result of an operation has come."""
        line = json.dumps([kind, context.execution_context.durable_execution_arn, name, value])
        # Begun with a line end: the process before may have been killed in the middle of a note.
        os.write(self._notes, f"\n{line}".encode())

    def plain(self, event: Any, _context: Any) -> Any:
        """An ordinary function that the workflow invokes."""
        return {"doubled": 2 * event["number"]}

    def _child(self, event: Any, context: DurableContext) -> Any:
        """A durable function that the workflow invokes."""
        context.wait(Duration.from_seconds(30), name="child_wait")
        return context.step(lambda _: [event, uuid.uuid4().hex], name="child_step")

    def _run(self, event: Any, context: DurableContext) -> Any:
        told: dict[str, Any] = {}

        def tell(name: str, value: Any) -> None:
            told[name] = value
            self.note("told", context, name, value)

        def made(name: str) -> Callable[[StepContext], str]:
            def body(_: StepContext) -> str:
                value = uuid.uuid4().hex
                self.note("did", context, name, value)
                return value

            return body

        tell("plain_step", context.step(made("plain_step"), name="plain_step"))
        try:
            tell("once_step", context.step(made("once_step"), name="once_step", config=ONCE))
        except StepError as interrupted:
            tell("once_step", interrupted.error_type)
        tell("retried_step", context.step(self._failing_first(made("retried_step")), name="retried_step", config=AGAIN))
        context.wait(Duration.from_minutes(5), name="pause")
        callback = context.create_callback(name="callback")
        context.step(lambda _: self._answer(callback.callback_id, uuid.uuid4().hex), name="answer_callback")
        tell("callback", callback.result())
        tell("submitted", context.wait_for_callback(self._submit, name="submitted"))
        tell("condition", context.wait_for_condition(_count, _until_three(), name="condition"))
        tell("invoked", context.invoke("child", {"number": 1}, name="invoked"))
        tell("called", context.invoke("plain", {"number": 21}, name="called"))
        tell("block", context.run_in_child_context(lambda inner: _two(inner, made("inner_step")), name="block"))
        branches = [lambda inner, n=n: inner.step(made(f"branch_step_{n}"), name="branch_step") for n in range(3)]
        tell("parallel", context.parallel(branches, name="parallel").get_results())
        tell("map", context.map([1, 2, 3, 4], _item, name="map", config=MapConfig(max_concurrency=2)).get_results())
        again = WithRetryConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=2)))
        tell(
            "repeated", with_retry(context, lambda inner, _: _two(inner, made("repeated_step")), again, name="repeated")
        )
        return told

    def _submit(self, callback_id: str, _: WaitForCallbackContext) -> None:
        self._answer(callback_id, uuid.uuid4().hex)

    @staticmethod
    def _failing_first(body: Callable[[StepContext], str]) -> Callable[[StepContext], str]:
        def failing(step_context: StepContext) -> str:
            if step_context.attempt == 1:
                raise ConnectionError("the first attempt fails")
            return body(step_context)

        return failing


def _two(context: DurableContext, body: Callable[[StepContext], str]) -> list[str]:
    first = context.step(body, name="first")
    context.wait(Duration.from_seconds(1), name="between")
    return [first, context.step(body, name="second")]


def _item(context: DurableContext, item: int, _index: int, _items: Any) -> list[Any]:
    if item % 2:
        context.wait(Duration.from_seconds(item), name="item_wait")
    return [item, context.step(lambda _: uuid.uuid4().hex, name="item_step")]


def _count(state: int, _: WaitForConditionCheckContext) -> int:
    return state + 1


def _until_three() -> WaitForConditionConfig[int]:
    strategy = create_wait_strategy(WaitStrategyConfig(should_continue_polling=lambda state: state < 3))
    return WaitForConditionConfig(strategy, 0)
