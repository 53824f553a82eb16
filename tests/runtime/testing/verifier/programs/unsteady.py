"""Handlers that do not do the same on replay. The comment `# differs: cause` marks the line that is to blame."""

from __future__ import annotations

import os
import random
import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from durable_runtime import DurableContext, StepContext, durable_execution, durable_step
from durable_runtime.config import CallbackConfig, Duration, StepConfig
from durable_runtime.retries import RetryPresets
from durable_runtime.testing import effect

SECOND = Duration.from_seconds(1)
_seen: list[str] = []
_calls = 0


def one(_context: StepContext) -> int:
    return 1


def two(_context: StepContext) -> int:
    return 2


def three(_context: StepContext) -> int:
    return 3


@durable_step
def note(_context: StepContext, text: str) -> str:
    return text


@durable_execution
def clock_in_name(event: Any, context: DurableContext) -> Any:
    day = datetime.now(UTC).date().isoformat()
    context.step(one, name=f"book {day}")  # differs: clock
    context.wait(SECOND)
    return 1


@durable_execution
def random_branch(event: Any, context: DurableContext) -> Any:
    context.step(one, name="first")
    if random.random() < 0.5:
        return context.step(two, name="left")  # differs: random
    return context.step(three, name="right")  # differs: random


@durable_execution
def uuid_in_invoke(event: Any, context: DurableContext) -> Any:
    key = str(uuid.uuid4())
    return context.invoke("echo", {"key": key}, name="call")  # differs: random


@durable_execution
def secret_in_argument(event: Any, context: DurableContext) -> Any:
    number = secrets.token_hex(4)
    paid = context.step(note(f"pay {number}"))  # differs: random
    context.wait(SECOND)
    return [paid, context.step(note("ship"))]


@durable_execution
def random_wait(event: Any, context: DurableContext) -> Any:
    context.step(one, name="first")
    context.wait(Duration.from_seconds(random.randint(1, 100_000)), name="pause")  # differs: random
    return 1


@durable_execution
def set_order(event: Any, context: DurableContext) -> Any:
    found = {"ada", "grace", "tony", "edsger", "barbara"}
    return [
        context.step(one, name=customer)  # differs: hash
        for customer in found
    ]


@durable_execution
def hash_in_name(event: Any, context: DurableContext) -> Any:
    return context.step(one, name=f"shard {hash('ada') % 1000}")  # differs: hash


@durable_execution
def unnamed_set_order(event: Any, context: DurableContext) -> Any:
    for step in {"one": one, "two": two, "three": three}.keys() & {"one", "two", "three"}:
        context.step({"one": one, "two": two, "three": three}[step])  # differs: hash
    return 1


@durable_execution
def environment_branch(event: Any, context: DurableContext) -> Any:
    if int(os.environ["AWS_LAMBDA_LOG_STREAM_NAME"][-1], 16) % 2:
        context.step(one, name="odd")  # differs: sandbox
    return context.step(two, name="all")  # differs: sandbox


@durable_execution
def request_id_in_name(event: Any, context: DurableContext) -> Any:
    assert context.lambda_context is not None
    return context.step(one, name=f"log {context.lambda_context.aws_request_id}")  # differs: sandbox


@durable_execution
def module_state(event: Any, context: DurableContext) -> Any:
    global _calls
    _calls += 1
    return context.step(one, name=f"call {_calls}")  # differs: module


@durable_execution
def module_list(event: Any, context: DurableContext) -> Any:
    if not _seen:
        _seen.append("set up")
        context.step(one, name="set up")  # differs: module
    return context.step(two, name="work")  # differs: module


@durable_execution
def bare_except(event: Any, context: DurableContext) -> Any:
    context.step(one, name="first")
    try:
        context.wait(SECOND, name="pause")  # differs: swallowed
    except:  # noqa: E722
        return "gave up"
    return 1


@durable_execution
def catches_all(event: Any, context: DurableContext) -> Any:
    try:
        return context.step(one, name="first")  # differs: swallowed
    except BaseException:
        return None


@durable_execution
def return_in_finally(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> int:
        try:
            child.wait(SECOND, name="pause")  # differs: swallowed
        finally:
            return 1  # noqa: B012

    return context.run_in_child_context(body, name="child")


@durable_execution
def operation_in_finally(event: Any, context: DurableContext) -> Any:
    try:
        context.wait(SECOND, name="pause")
    finally:
        context.step(one, name="clean up")  # differs: late
    return 1


@durable_execution
def effect_in_finally(event: Any, context: DurableContext) -> Any:
    try:
        context.wait(SECOND, name="pause")
    finally:
        effect("unlock", "door")  # differs: suspended
    return 1


@durable_execution
def effect_outside(event: Any, context: DurableContext) -> Any:
    effect("charge", 100)  # differs: again
    return context.step(one, name="book")


@durable_execution
def effect_between(event: Any, context: DurableContext) -> Any:
    context.step(one, name="book")
    effect("letter")  # differs: again
    context.wait(SECOND)
    return 1


@durable_execution
def missing_operation(event: Any, context: DurableContext) -> Any:
    late = time.time() % 86_400 > 12 * 3600
    if not late:
        context.step(one)  # differs: clock
    return 1


@durable_execution
def swapped_unnamed(event: Any, context: DurableContext) -> Any:
    steps = [one, two, three]
    random.shuffle(steps)
    return [context.step(step) for step in steps]  # differs: random


@durable_execution
def time_dependent_map(event: Any, context: DurableContext) -> Any:
    days = list(range(datetime.now(UTC).weekday() + 1))
    batch = context.map(days, lambda child, day, _i, _all: child.step(one), name="days")  # differs: clock
    return batch.total_count


@durable_execution
def set_in_map(event: Any, context: DurableContext) -> Any:
    found = list({"ada", "grace", "tony", "edsger", "barbara"})
    return context.map(found, lambda child, who, _i, _all: child.step(note(who))).get_results()  # differs: hash


@durable_execution
def clock_in_child_result(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> str:
        child.step(one, name="inner")
        return datetime.now(UTC).strftime("%A %H")

    context.run_in_child_context(body, name="child")  # differs: clock
    return 1


@durable_execution
def clock_in_result(event: Any, context: DurableContext) -> Any:
    context.step(one, name="first")
    return {"on": datetime.now(UTC).date().isoformat()}  # differs: clock


@durable_execution
def id_in_name(event: Any, context: DurableContext) -> Any:
    return context.step(one, name=f"object {id(event)} {os.getpid()}")  # differs: process


@durable_execution
def closure_counter(event: Any, context: DurableContext) -> Any:
    done: list[int] = []

    def append(_context: StepContext) -> int:
        done.append(1)
        return 1

    context.step(append, name="append")
    return context.step(one, name=f"report {len(done)}")  # differs: every


@durable_execution
def replay_branch(event: Any, context: DurableContext) -> Any:
    if not context.is_replaying():
        context.step(one, name="only at first")  # differs: every
    return context.step(two, name="always")  # differs: every


@durable_execution
def swallowed_difference(event: Any, context: DurableContext) -> Any:
    try:
        context.step(one, name=f"at {datetime.now(UTC).hour}")  # differs: clock
    except Exception:
        return None
    return 1


@durable_execution
def clock_in_timeout(event: Any, context: DurableContext) -> Any:
    left = 86_400 - int(time.time()) % 86_400
    config = CallbackConfig(timeout=Duration.from_seconds(left))
    return context.create_callback(name="answer", config=config).result()  # differs: clock


@durable_execution
def clock_after_wait(event: Any, context: DurableContext) -> Any:
    begun = datetime.now(UTC).date().isoformat()
    context.wait(Duration.from_days(2), name="pause")
    return context.step(one, name=f"since {begun}")  # differs: clock


@durable_execution
def random_large_child(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> str:
        child.step(one, name="inner")
        return f"{random.random()}" + "x" * 300_000

    large = context.run_in_child_context(body, name="large")  # differs: random
    context.wait(SECOND)
    return len(large) > 0


@durable_execution
def random_token_for_retries(event: Any, context: DurableContext) -> Any:
    token = str(uuid.uuid4())

    def charge(step: StepContext) -> str:
        if step.attempt < 2:
            raise RuntimeError("busy")
        return f"charged with {token}"

    config = StepConfig(retry_strategy=RetryPresets.default())
    return len(context.step(charge, name="charge", config=config))  # differs: random


def echo(event: Any, _context: Any) -> Any:
    return event
