"""More handlers that do not do the same on replay, in less obvious ways; marked as in `unsteady`."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from durable_runtime import DurableContext, StepContext, durable_execution
from durable_runtime.config import Duration, MapConfig
from durable_runtime.testing import effect
from durable_runtime.waits import WaitForConditionConfig, WaitForConditionDecision

SECOND = Duration.from_seconds(1)
LOADED = datetime.now(UTC).date().isoformat()
RUN = uuid.uuid4().hex


class Counter:
    number = 0


def one(_context: StepContext) -> int:
    return 1


@durable_execution
def clock_at_import(event: Any, context: DurableContext) -> Any:
    return context.step(one, name=f"since {LOADED}")  # differs: clock


@durable_execution
def random_at_import(event: Any, context: DurableContext) -> Any:
    return context.invoke("echo", {"run": RUN})  # differs: random


@durable_execution
def dict_made_of_a_set(event: Any, context: DurableContext) -> Any:
    stock = {item: len(item) for item in {"cup", "pot", "tray", "spoon", "fork"}}
    return [context.step(one, name=item) for item, _ in stock.items()]  # differs: hash


@durable_execution
def class_state(event: Any, context: DurableContext) -> Any:
    Counter.number += 1
    if Counter.number == 1:
        context.step(one, name="first time")  # differs: module
    return 1


@durable_execution
def effect_in_except(event: Any, context: DurableContext) -> Any:
    try:
        context.wait(SECOND)
    except BaseException:
        effect("alarm")  # differs: suspended
        raise
    return 1


@contextmanager
def locked(context: DurableContext) -> Iterator[None]:
    try:
        yield
    finally:
        context.step(one, name="unlock")  # differs: late


@durable_execution
def operation_at_the_end_of_with(event: Any, context: DurableContext) -> Any:
    with locked(context):
        context.wait(SECOND)
    return 1


operation_at_the_end_of_with.uses = (locked,)  # type: ignore[attr-defined]


@durable_execution
def branch_in_large_child(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> str:
        if random.random() < 0.5:
            child.step(one, name="extra")  # differs: random
        child.step(one, name="inner")  # differs: random
        return "x" * 300_000

    text = context.run_in_child_context(body, name="large")  # differs: random
    context.wait(SECOND)
    return len(text)


@durable_execution
def outer_context_in_child(event: Any, context: DurableContext) -> Any:
    context.run_in_child_context(lambda _child: context.step(one, name="inner"), name="child")
    return context.step(one, name="after")  # differs: every


@durable_execution
def monotonic_in_name(event: Any, context: DurableContext) -> Any:
    return context.step(one, name=f"at {time.monotonic_ns()}")  # differs: process


@durable_execution
def random_in_a_branch(event: Any, context: DurableContext) -> Any:
    def branch(child: DurableContext) -> int:
        child.step(one, name="first")
        return child.step(one, name=f"shard {random.randrange(1000)}")  # differs: random

    return context.parallel([branch, lambda child: child.step(one)]).get_results()


@durable_execution
def random_item_names(event: Any, context: DurableContext) -> Any:
    config = MapConfig(item_namer=lambda item, index: f"{item} {random.randrange(1000)}")
    batch = context.map([1, 2], lambda child, item, _i, _all: child.step(one), config=config)  # differs: random
    return batch.total_count


@durable_execution
def random_initial_state(event: Any, context: DurableContext) -> Any:
    def strategy(state: float, attempt: int) -> WaitForConditionDecision:
        return WaitForConditionDecision.stop_polling()

    config = WaitForConditionConfig(wait_strategy=strategy, initial_state=random.random())
    return context.wait_for_condition(lambda state, _context: 1.0, config) > 0  # differs: random


@durable_execution
def weekday_decides(event: Any, context: DurableContext) -> Any:
    if datetime.now(UTC).weekday() < 3:
        context.step(one, name="workday")  # differs: clock
    return context.step(one, name="any day")  # differs: clock


@durable_execution
def virtual_child_with_random(event: Any, context: DurableContext) -> Any:
    number = random.random()

    def work(child: DurableContext) -> float:
        return child.step(lambda _: number, name="inner")  # differs: random

    return context.run_in_child_context(work, name="outer") >= 0  # differs: random


@durable_execution
def error_depends_on_clock(event: Any, context: DurableContext) -> Any:
    context.step(one, name="first")
    raise ValueError(f"too late: {datetime.now(UTC).date()}")  # differs: clock


@durable_execution
def swallowed_callback(event: Any, context: DurableContext) -> Any:
    answer = context.create_callback(name="approval")
    try:
        return answer.result()  # differs: swallowed
    except BaseException as error:
        raise RuntimeError("nobody answered") from error
