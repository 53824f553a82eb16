"""Whether callables fit what the SDK passes, run at all, hold an operation, are decorated: DUR206, 207, 212-214."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import Files, difference, handler

ABOVE = """
import signal
import sys
from functools import partial, wraps

from aws_durable_execution_sdk_python import WithRetryConfig, durable_wait_for_callback, with_retry
from aws_durable_execution_sdk_python.config import ParallelBranch, StepConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext, WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision
from elsewhere import traced, unknown


def decide(state, attempt):
    return WaitForConditionDecision.stop_polling()


CONDITION = WaitForConditionConfig(wait_strategy=decide, initial_state={})


def wrapping(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


class Till:
    def count(self, step_context):
        return 1

    def sum(self):
        return 1

    @staticmethod
    def open(step_context):
        return 1

    def __call__(self, step_context):
        return 1


till = Till()
"""

SHAPES = {
    "steps": """
context.step(lambda: 1, name="none")  # <- DUR207[E]
context.step(lambda _: 1, name="one")
context.step(lambda *_: 1, name="any")
context.step(lambda _, value=1: value, name="with_default")
context.step(lambda _, value: value, name="two")  # <- DUR207[E]
context.step(lambda value=event: value, name="captured")  # <- DUR207[E]
context.step(lambda step_context=None: 1, name="optional")
context.step(lambda **kwargs: 1, name="keywords")  # <- DUR207[E]
""",
    "methods": """
context.step(till.count, name="count")
context.step(till.sum, name="sum")  # <- DUR207[E]
context.step(Till.open, name="open")
context.step(Till().open, name="open_own")
context.step(till, name="call")
context.step(Till, name="construct")
""",
    "partials": """
def work(first, step_context, *, more=None):
    return first

context.step(partial(work, 1), name="bound")
context.step(partial(work, 1, more=2), name="bound_more")
context.step(partial(work), name="unbound")  # <- DUR207[E]
context.step(partial(work, 1, 2), name="bound_too_much")  # <- DUR207[E]
context.step(partial(work, first=1), name="bound_twice")  # <- DUR207[E]
context.step(partial(work, 1, other=2), name="bound_unknown")  # <- DUR207[E]
""",
    "children, branches and maps": """
context.run_in_child_context(lambda: 1, name="child")  # <- DUR207[E]
context.parallel([lambda: 1, lambda ctx: 1], name="branches").throw_if_error()  # <- DUR207[E]
context.parallel([ParallelBranch(func=lambda: 1, name="named")], name="more").throw_if_error()  # <- DUR207[E]
context.map([1], lambda ctx, item, index, items: item, name="map_four").throw_if_error()
context.map([1], lambda ctx, item: item, name="map_two").throw_if_error()  # <- DUR207[E]
context.map([1], lambda ctx, item, *rest: item, name="map_rest").throw_if_error()
context.map([1], lambda ctx, item, index=0, items=(): item, name="map_defaults").throw_if_error()
functions = [lambda ctx, number=number: number for number in range(3)]
context.parallel(functions, name="bound").throw_if_error()
with_retry(context, lambda ctx: 1, WithRetryConfig(), name="retry_one")  # <- DUR207[E]
with_retry(context, lambda ctx, attempt: 1, WithRetryConfig(), name="retry_two")
""",
    "submitters and checks": """
context.wait_for_callback(lambda callback_id: None, name="one_callback")  # <- DUR207[E]
context.wait_for_callback(lambda callback_id, _: None, name="two_callback")
context.wait_for_condition(lambda state: state, CONDITION, name="one_check")  # <- DUR207[E]
context.wait_for_condition(lambda state, _: state, CONDITION, name="two_check")

def swapped(callback_context: WaitForCallbackContext, callback_id: str) -> None:
    return None

context.wait_for_callback(swapped, name="swapped_callback")  # <- DUR207[E]
""",
    "decorated by others": """
@traced
def injected(step_context, client):
    return 1

@wrapping
def wrapped(step_context):
    return 1

context.step(injected, name="injected")
context.step(wrapped, name="wrapped")
context.step(unknown, name="unknown")
context.step(unknown(1), name="unknown_made")
""",
    "arguments of decorated functions": """
@durable_step
def charge(step_context: StepContext, order: str, *, cents: int = 0) -> str:
    return order

@durable_step
def plain(step_context, *parts, **named):
    return "any"

context.step(charge("a"), name="charge_one")
context.step(charge("a", cents=1), name="charge_cents")
context.step(charge(order="a"), name="charge_keyword")
context.step(charge(), name="charge_nothing")  # <- DUR207[E]
context.step(charge("a", 1), name="charge_positional")  # <- DUR207[E]
context.step(charge("a", euros=1), name="charge_unknown")  # <- DUR207[E]
context.step(charge(context, "a"), name="charge_context")  # <- DUR207[E]
context.step(charge(*event["arguments"]), name="charge_open")
context.step(plain(1, 2, a=3), name="plain")
""",
}

MODULES: Files = {
    "definitions": """
from typing import Any, Protocol

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_wait_for_callback,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.types import WaitForCallbackContext


class Order:
    pass


class Context(Protocol):
    pass


@durable_step
def none() -> int:  # <- DUR207[E]
    return 1


@durable_step
def number(count: int) -> int:  # <- DUR207[E]
    return count


@durable_step
def order(given: Order) -> int:  # <- DUR207[E]
    return 1


@durable_step
def behind(order_id: str, step_context: StepContext) -> int:  # <- DUR207[E]
    return 1


@durable_step
def anything(first: Any) -> int:
    return 1


@durable_step
def protocol(first: Context, order_id: str) -> int:
    return 1


@durable_step
def unannotated(first, order_id):
    return 1


@durable_step
def stars(*args):
    return 1


@durable_with_child_context
def child() -> int:  # <- DUR207[E]
    return 1


@durable_wait_for_callback
def submitter(callback_id: str) -> None:  # <- DUR207[E]
    return None


@durable_wait_for_callback
def right(callback_id: str, context: WaitForCallbackContext, address: str) -> None:
    return None


class Steps:
    @durable_step
    def method(self, step_context: StepContext) -> int:  # <- DUR207[E]
        return self.rate

    @durable_step
    def unused(self, _, order: str) -> str:
        return order

    @staticmethod
    @durable_step
    def static(step_context: StepContext) -> int:
        return 1


@durable_execution
def no_context(event: dict) -> int:  # <- DUR207[E]
    return 1


@durable_execution
def too_much(event: dict, context: DurableContext, extra: int) -> int:  # <- DUR207[E]
    return 1


@durable_execution
def swapped(context: DurableContext, event: dict) -> int:  # <- DUR207[E]
    return 1


@durable_execution
def right_handler(event, context, extra=None):
    return 1
""",
    "forgotten context": """
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step


@durable_step
def fetch(order_id):  # <- DUR207[E]
    return order_id


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(fetch(event["order_id"]))
""",
    "async and generators": """
import asyncio

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
async def step(step_context: StepContext) -> int:  # <- DUR206[E]
    return 1


async def helper() -> int:
    return 1


def numbers():
    yield 1


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    async def branch(ctx: DurableContext) -> int:  # <- DUR206[E]
        return 1

    def items(ctx: DurableContext, item: int, index: int, all_items: list):  # <- DUR206[E]
        yield item

    context.step(step())
    context.parallel([branch], name="branches").throw_if_error()
    context.map([1], items, name="items").throw_if_error()
    context.step(lambda _: asyncio.run(helper()), name="run_helper")
    return sum(numbers())


@durable_execution
async def async_handler(event: dict, context: DurableContext) -> int:  # <- DUR206[E]
    return 1
""",
    "decorated branches": """
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_parallel_branch


@durable_parallel_branch(name="first_branch")
def first(ctx: DurableContext, value: int) -> int:
    return ctx.step(lambda _: value, name="first_value")


@durable_parallel_branch()
async def second(ctx: DurableContext) -> int:  # <- DUR206[E]
    return 1


@durable_parallel_branch()
def third() -> int:  # <- DUR207[E]
    return 1


@durable_parallel_branch()
def fourth(ctx: DurableContext, outer: DurableContext) -> int:
    return outer.step(lambda _: 4, name="fourth_value")  # <- DUR202[E]


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    batch = context.parallel([first(1), second(), fourth(context)], name="all_branches")
    batch.throw_if_error()
    more = context.parallel([first], name="more_branches")  # <- DUR205[E]
    more.throw_if_error()
    return batch.get_results()
""",
    "empty bodies": """
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.types import Callback
from library import orchestrate, value


@durable_with_child_context
def empty(ctx: DurableContext) -> int:  # <- DUR212[I]
    return 1


@durable_with_child_context
def handed_on(ctx: DurableContext) -> int:
    return orchestrate(ctx)


@durable_with_child_context
def unknown(ctx: DurableContext, call) -> int:
    return call()


@durable_with_child_context
def library_only(ctx: DurableContext) -> int:  # <- DUR212[I]
    return value()


@durable_with_child_context
def answer(ctx: DurableContext, callback: Callback) -> str:
    return callback.result()


@durable_with_child_context
def callback(ctx: DurableContext) -> str:
    return ctx.create_callback(name="answer_callback").callback_id
""",
    "undecorated, other names": """
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def process(event: dict, context: DurableContext) -> dict:
    return context.step(lambda _: {}, name="empty")


def create_handler(event: dict, context: DurableContext) -> dict:
    return context.step(lambda _: {}, name="empty")


def cancel_handler(event: dict, context: DurableContext) -> dict:  # <- DUR213[W]
    return context.step(lambda _: {}, name="empty")


def order_handler(event: dict, context: DurableContext, extra: int) -> dict:
    return context.step(lambda _: {}, name="empty")


ROUTES = {"create": create_handler}
handler = durable_execution(process)
""",
    "undecorated in a module of helpers": """
from aws_durable_execution_sdk_python import DurableContext


def create_handler(event: dict, context: DurableContext) -> dict:
    return context.step(lambda _: {}, name="empty")
""",
    "undecorated, decorated by others": """
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_lambda_powertools import Logger

logger = Logger()


def durable(function):
    return durable_execution(function)


@logger.inject_lambda_context
def handler(event: dict, context: DurableContext) -> dict:  # <- DUR213[W]
    return context.step(lambda _: {}, name="empty")


@durable
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(lambda _: {}, name="empty")
""",
    "another SDK": """
from other_durable import DurableContext


def handler(event: dict, context: DurableContext) -> dict:
    return context.step(lambda _: {}, name="empty")


def lambda_handler(event, context):
    return context.step(1)
""",
    "exits": """
import os
import signal
import sys
from sys import exit as leave

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def stop() -> None:
    leave(1)


@durable_step
def step(step_context: StepContext) -> int:
    signal.signal(signal.SIGALRM, print)  # <- DUR214[E]
    stop()  # <- DUR214[E]
    return 1


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    if event["broken"]:
        raise SystemExit(1)  # <- DUR214[E]
    result = context.step(step())
    os.kill(os.getpid(), 9)  # <- DUR214[E]
    return result


if __name__ == "__main__":
    sys.exit(0)
""",
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_shapes_of_callables(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR207") == []


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": MODULES[name]}, codes="DUR2") == []


def test_undecorated_handler_of_a_test_is_silent(tmp_path: Path) -> None:
    handlers = MODULES["undecorated, other names"].replace("  # <- DUR213[W]", "")
    files = {"test_orders.py": f"{handlers}\n\ndef test_orders() -> None:\n    assert True\n"}
    assert difference(tmp_path, files, entry="test_orders.py", codes="DUR213") == []


def test_handler_that_another_module_decorates_is_silent(tmp_path: Path) -> None:
    orders = """
from aws_durable_execution_sdk_python import DurableContext


def handler(event: dict, context: DurableContext) -> dict:{mark}
    return context.step(lambda _: {{}}, name="empty")
"""
    deployed = """
from aws_durable_execution_sdk_python import durable_execution
from orders import handler

lambda_handler = durable_execution(handler)
"""
    test = "from orders import handler\n\n\ndef test_handler():\n    assert handler({}, None)\n"
    marked, silent = orders.format(mark="  # <- DUR213[W]"), orders.format(mark="")
    assert (
        difference(tmp_path / "one", {"orders.py": silent, "app.py": deployed}, entry="orders.py", codes="DUR213") == []
    )
    assert (
        difference(tmp_path / "two", {"orders.py": marked, "check.py": test}, entry="orders.py", codes="DUR213") == []
    )
