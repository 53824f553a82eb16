"""Handlers that do the same on every replay, with every kind of operation."""

from __future__ import annotations

import functools
import json
import logging
import os
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from durable_runtime import DurableContext, StepContext, durable_execution, durable_step
from durable_runtime.config import (
    CallbackConfig,
    ChildConfig,
    CompletionConfig,
    Duration,
    MapConfig,
    NestingType,
    ParallelBranch,
    ParallelConfig,
    StepConfig,
    StepSemantics,
)
from durable_runtime.exceptions import CallbackExternalError, StepError
from durable_runtime.retries import (
    RetryPresets,
    RetryStrategyConfig,
    WithRetryConfig,
    create_retry_strategy,
    with_retry,
)
from durable_runtime.testing import effect
from durable_runtime.waits import WaitForConditionConfig, WaitForConditionDecision

SECOND = Duration.from_seconds(1)
ONCE = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)
QUICK = StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=3)))
_client: Client | None = None


@dataclass(frozen=True)
class Order:
    number: str
    lines: tuple[str, ...]


class Client:
    def __init__(self) -> None:
        self.opened = time.time()
        self.id = uuid.uuid4()

    def get(self, key: str) -> str:
        return f"value of {key}"


def client() -> Client:
    global _client
    if _client is None:
        _client = Client()
    return _client


@functools.cache
def settings() -> dict[str, str]:
    return {"stream": os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", ""), "pid": str(os.getpid())}


def one(_context: StepContext) -> int:
    return 1


@durable_step
def note(_context: StepContext, text: str) -> str:
    effect("note", text)
    return text


def echo(event: Any, _context: Any) -> Any:
    return event


@durable_execution
def double(event: Any, context: DurableContext) -> Any:
    return context.step(lambda _: event["number"] * 2, name="double")


@durable_execution
def steps(event: Any, context: DurableContext) -> Any:
    first = context.step(note("first"))
    context.wait(SECOND, name="pause")
    second = context.step(note(f"after {first}"))
    return [first, second]


@durable_execution
def random_inside_steps(event: Any, context: DurableContext) -> Any:
    number = context.step(lambda _: random.random(), name="draw")
    key = context.step(lambda _: str(uuid.uuid4()), name="key")
    now = context.step(lambda _: datetime.now(UTC), name="now")
    context.wait(SECOND)
    big = context.step(lambda _: f"{key} {now} {number}", name="use")
    if number < 0.5:
        context.step(one, name="small")
    return {"key": key, "big": big}


@durable_execution
def retries(event: Any, context: DurableContext) -> Any:
    def fetch(step: StepContext) -> str:
        effect("fetch", step.attempt)
        if step.attempt < 3:
            raise ConnectionError(f"attempt {step.attempt}")
        return "there"

    return context.step(fetch, name="fetch", config=QUICK)


@durable_execution
def retries_exhausted(event: Any, context: DurableContext) -> Any:
    def fetch(_context: StepContext) -> str:
        raise ConnectionError("down")

    try:
        context.step(fetch, name="fetch", config=QUICK)
    except StepError as error:
        return context.step(note(f"gave up: {error}"))
    return None


@durable_execution
def at_most_once(event: Any, context: DurableContext) -> Any:
    def charge(_context: StepContext) -> str:
        effect("charge", 100)
        return "charged"

    try:
        paid = context.step(charge, name="charge", config=ONCE)
    except StepError:
        paid = context.step(lambda _: "asked the bank", name="ask the bank")
    context.wait(SECOND)
    return context.step(note(f"done: {paid}"))


@durable_execution
def at_most_once_with_retries(event: Any, context: DurableContext) -> Any:
    config = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)
    return context.step(lambda _: effect("send") or "sent", name="send", config=config)


@durable_execution
def failing(event: Any, context: DurableContext) -> Any:
    context.step(note("begin"))
    raise ValueError(f"order {event.get('order')} is unknown")


@durable_execution
def children(event: Any, context: DurableContext) -> Any:
    def outer(child: DurableContext) -> list[str]:
        inner = child.run_in_child_context(lambda c: c.step(note("inner")), name="inner")
        child.wait(SECOND)
        return [inner, child.step(note("outer"))]

    result = context.run_in_child_context(outer, name="outer")
    virtual = context.run_in_child_context(
        lambda c: c.step(note("virtual")), name="virtual", config=ChildConfig(is_virtual=True)
    )
    return [*result, virtual]


@durable_execution
def failing_child(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> None:
        child.step(note("reserve"))
        raise RuntimeError("sold out")

    try:
        context.run_in_child_context(body, name="reserve")
    except Exception as error:
        return context.step(note(f"refund: {type(error).__name__}"))
    return None


@durable_execution
def mapped(event: Any, context: DurableContext) -> Any:
    def work(child: DurableContext, item: str, index: int, items: Any) -> str:
        made = child.step(note(item))
        child.wait(SECOND)
        return f"{made} {index} of {len(items)}"

    orders = sorted({"c", "a", "b"})
    return context.map(orders, work, name="orders", config=MapConfig(max_concurrency=2)).get_results()


@durable_execution
def parallel_branches(event: Any, context: DurableContext) -> Any:
    def slow(child: DurableContext) -> str:
        child.wait(Duration.from_seconds(5), name="slow wait")
        return child.step(note("slow"))

    return context.parallel(
        [slow, ParallelBranch(func=lambda child: child.step(note("quick")), name="quick"), lambda child: 3],
        name="branches",
    ).get_results()


@durable_execution
def first_wins(event: Any, context: DurableContext) -> Any:
    def ask(seconds: int) -> Any:
        def branch(child: DurableContext) -> str:
            child.step(lambda _: time.sleep(random.random() / 50), name="dial")
            child.wait(Duration.from_seconds(seconds))
            return child.step(note(f"answer after {seconds}"))

        return branch

    config = ParallelConfig(completion_config=CompletionConfig.first_successful())
    batch = context.parallel([ask(1), ask(1), ask(3600)], name="race", config=config)
    return context.step(note(f"got {len(batch.get_results()) > 0}"))


@durable_execution
def failing_branches(event: Any, context: DurableContext) -> Any:
    def work(child: DurableContext, item: int, _index: int, _items: Any) -> int:
        if item % 2:
            raise ValueError(f"{item} is odd")
        return child.step(lambda _: item * 2, name="double")

    config = MapConfig(completion_config=CompletionConfig(tolerated_failure_count=5))
    batch = context.map([1, 2, 3, 4], work, name="numbers", config=config)
    return [batch.success_count, batch.failure_count, sorted(batch.get_results())]


@durable_execution
def large_child(event: Any, context: DurableContext) -> Any:
    def body(child: DurableContext) -> str:
        parts = [child.step(lambda _, n=n: str(n) * 100_000, name=f"part {n}") for n in range(4)]
        return "".join(parts)

    text = context.run_in_child_context(body, name="large")
    context.wait(SECOND)
    return context.step(note(f"{len(text)} characters"))


@durable_execution
def large_map(event: Any, context: DurableContext) -> Any:
    def work(child: DurableContext, item: int, _index: int, _items: Any) -> str:
        return child.step(lambda _: str(item) * 150_000, name=f"part {item}")

    batch = context.map(range(3), work, name="large")
    context.wait(SECOND)
    return sum(map(len, batch.get_results()))


@durable_execution
def callback(event: Any, context: DurableContext) -> Any:
    def submit(callback_id: str, _context: Any) -> None:
        effect("mail", "approver")

    answer = context.wait_for_callback(submit, name="approval")
    handle = context.create_callback(name="payment", config=CallbackConfig(timeout=Duration.from_hours(2)))
    context.step(lambda _: effect("hand out", "payment"), name="hand out")
    paid = json.loads(handle.result())
    return [answer, paid["cents"]]


@durable_execution
def failed_callback(event: Any, context: DurableContext) -> Any:
    try:
        context.wait_for_callback(lambda callback_id, _context: None, name="refused")
    except CallbackExternalError as error:
        return str(error)
    return None


@durable_execution
def callback_timeout(event: Any, context: DurableContext) -> Any:
    handle = context.create_callback(name="nobody", config=CallbackConfig(timeout=Duration.from_hours(2)))
    try:
        return handle.result()
    except Exception as error:
        return context.step(note(type(error).__name__))


@durable_execution
def invokes(event: Any, context: DurableContext) -> Any:
    first = context.invoke("double", {"number": 4}, name="durable")
    second = context.invoke("echo", {"first": first, "order": Order("A", ("x",)).number}, name="plain")
    return [first, second]


@durable_execution
def condition(event: Any, context: DurableContext) -> Any:
    def check(state: dict[str, Any], _context: Any) -> dict[str, Any]:
        effect("poll", state["polls"])
        return {"polls": state["polls"] + 1}

    def strategy(state: dict[str, Any], attempt: int) -> WaitForConditionDecision:
        if state["polls"] >= 3:
            return WaitForConditionDecision.stop_polling()
        return WaitForConditionDecision.continue_waiting(Duration.from_seconds(30 + random.randint(0, 9)))

    config = WaitForConditionConfig(wait_strategy=strategy, initial_state={"polls": 0})
    return context.wait_for_condition(check, config, name="ready")


@durable_execution
def deadline_in_a_step(event: Any, context: DurableContext) -> Any:
    deadline = context.step(lambda _: datetime.now(UTC) + timedelta(minutes=10), name="deadline")
    rounds = 0
    while not context.step(lambda _: datetime.now(UTC) > deadline, name=f"late {rounds}"):
        context.wait(Duration.from_minutes(4))
        rounds += 1
    return rounds


@durable_execution
def logging_everywhere(event: Any, context: DurableContext) -> Any:
    logging.getLogger(__name__).warning("at %s", datetime.now(UTC))
    context.logger.info("begin %s", event)
    result = context.step(note("work"))
    print(time.time(), random.random())
    context.logger.info("end %s", result)
    return result


@durable_execution
def cached_clients(event: Any, context: DurableContext) -> Any:
    shared = client()
    value = context.step(lambda _: shared.get("a") + settings()["pid"], name="get")
    context.wait(SECOND)
    return context.step(lambda _: client().get(value), name="again")


@durable_execution
def threads_in_a_step(event: Any, context: DurableContext) -> Any:
    def fan_out(_context: StepContext) -> list[int]:
        def load(number: int) -> int:
            effect("load", number)
            return number * 2

        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(load, range(5)))

    return context.step(fan_out, name="fan out")


@durable_execution
def resources(event: Any, context: DurableContext) -> Any:
    opened = []
    try:
        opened.append("file")
        context.wait(SECOND)
        order = Order("A-1", ("cup", "pot"))
        return context.step(note(f"{order.number}: {', '.join(order.lines)}"))
    finally:
        opened.clear()


@durable_execution
def sets_without_order(event: Any, context: DurableContext) -> Any:
    wanted = {"cup", "pot", "tray", "spoon"}
    have = {"pot", "tray"}
    missing = context.step(lambda _: sorted(wanted - have), name="compare")
    return [context.step(note(item)) for item in missing] if wanted & have else []


@durable_execution
def nothing(event: Any, context: DurableContext) -> Any:
    return {"order": event.get("order")}


@durable_execution
def many_steps(event: Any, context: DurableContext) -> Any:
    return sum(context.step(lambda _, n=n: n, name=f"step {n}") for n in range(event.get("count", 60)))


@durable_execution
def block_with_retries(event: Any, context: DurableContext) -> Any:
    def attempt(child: DurableContext, number: int) -> str:
        if child.step(lambda _: number, name="try") < 2:
            raise ConnectionError("busy")
        return child.step(note("through"))

    config = WithRetryConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=3)))
    return with_retry(context, attempt, config, name="block")


@durable_execution
def nested_batches(event: Any, context: DurableContext) -> Any:
    def inner(child: DurableContext, item: int, _index: int, _items: Any) -> int:
        return child.step(lambda _: item + 1)

    def outer(child: DurableContext, item: int, _index: int, _items: Any) -> list[int]:
        return child.map(range(item), inner, name="inner").get_results()

    flat = MapConfig(nesting_type=NestingType.FLAT)
    return [
        context.map([2, 1, 0], outer, name="outer").get_results(),
        context.map([5, 6], inner, name="flat", config=flat).get_results(),
        context.map([], inner, name="empty").total_count,
    ]


class Shop:
    def __init__(self, name: str) -> None:
        self.name = name

    def open(self, _context: StepContext) -> str:
        effect("open", self.name)
        return self.name

    def __call__(self, _context: StepContext) -> str:
        return f"{self.name}!"


@durable_execution
def callables(event: Any, context: DurableContext) -> Any:
    shop = Shop("north")
    return [
        context.step(shop.open, name="method"),
        context.step(shop, name="object"),
        context.step(functools.partial(lambda _, text: text, text="bound"), name="partial"),
        context.step(lambda _: None, name="none"),
        context.step(lambda _: [1, {"a": (2, 3)}, b"x"], name="values"),
    ]


@durable_execution
def guarded_by_replay(event: Any, context: DurableContext) -> Any:
    started = datetime.now(UTC)
    context.step(note("a"))
    if not context.is_replaying():
        print("not replaying", datetime.now(UTC) - started)
    context.wait(SECOND)
    return context.step(note("b"))


@durable_execution
def failed_invoke(event: Any, context: DurableContext) -> Any:
    try:
        context.invoke("nobody", {})
    except Exception as error:
        return type(error).__name__
    return None


@durable_execution
def catches_errors_of_steps(event: Any, context: DurableContext) -> Any:
    results = []
    for number in range(3):
        try:
            results.append(context.step(lambda _, n=number: 1 // (n % 2), name=f"divide {number}", config=ONCE))
        except Exception as error:
            results.append(type(error).__name__)
    return len(results)
