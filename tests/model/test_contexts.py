"""Whose context an operation uses, where contexts go, and which decorated calls never run: DUR201 to DUR206."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import Files, difference, handler

ABOVE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aws_durable_execution_sdk_python import WithRetryConfig, durable_wait_for_callback, with_retry
from aws_durable_execution_sdk_python.config import ParallelBranch
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

CURRENT = {}
KEPT = []
LOCAL = threading.local()


@durable_with_child_context
def phase(ctx: DurableContext, value: object) -> str:
    return ctx.step(use(value))


@durable_with_child_context
def nosy(ctx: DurableContext, outer: DurableContext) -> str:
    outer.logger.info("looking in")
    return ctx.step(use(outer.execution_context.durable_execution_arn))


@durable_step
def only_logs(step_context: StepContext, context: DurableContext) -> str:
    context.logger.info("in the step")
    return "logged"


@durable_wait_for_callback
def submit(callback_id: str, callback_context: WaitForCallbackContext, address: str) -> None:
    return None


def helper(context: DurableContext, value: object) -> str:
    return context.step(use(value))


def deep(context, value):
    return helper(context, value)


class Orders:
    def __init__(self, context: DurableContext) -> None:
        self.context = context

    def save(self, value):
        return self.context.step(use(value), name=f"save_{value}")


class Keeper:
    def keep(self, context):
        self.context = context


keeper = Keeper()


@durable_step
def read(step_context: StepContext, data: dict) -> str:
    return data["value"]


@durable_step
def run(step_context: StepContext, other) -> str:
    return other(step_context)


def prepare(value):
    return use(value)
"""

IN_STEP = {
    "closure": """
def work(step_context):
    context.wait(Duration.from_days(1), name="night_wait")  # <- DUR201[E]

context.step(work, name="work_hard")
""",
    "instance attribute": """
orders = Orders(context)
context.step(lambda _: orders.save(1), name="save_order")  # <- DUR201[E]
orders.save(2)
""",
    "two helpers deep": """
context.step(lambda _: deep(context, 1), name="deep_step")  # <- DUR201[E]
deep(context, 2)
""",
    "submitter": """
def submit_it(callback_id, callback_context):
    context.step(use(callback_id))  # <- DUR201[E]

context.wait_for_callback(submit_it, name="answer_callback")
""",
    "partial": """
def work(outer, step_context):
    return outer.step(use(1))  # <- DUR201[E]

context.step(partial(work, context), name="work_hard")  # <- DUR201[E]
""",
    "only the logger": """
context.step(lambda _: context.logger.info("in the step"), name="log_it")
context.step(only_logs(context))  # <- DUR201[W]
""",
    "shadowed": """
context.step(lambda context: context.logger.info("in the step"), name="log_it")
context.run_in_child_context(lambda context: context.step(use(1)), name="first_phase")
""",
    "child context in a step": """
def work(step_context):
    return context.run_in_child_context(phase(1))  # <- DUR201[E]

context.step(work, name="work_hard")
""",
    "arguments of the step are replayed code": """
context.step(use(context.step(use(1), name="use_first")))
""",
    "called factory": """
context.step(lambda _: prepare(1)(_), name="prepare_it")
context.step(prepare(2), name="prepare_two")
""",
}

OUTER = {
    "helper gets the right context": """
context.run_in_child_context(lambda ctx: deep(ctx, 1), name="first_phase")
""",
    "helper gets the wrong context": """
context.run_in_child_context(lambda ctx: deep(context, 1), name="first_phase")  # <- DUR202[E]
""",
    "object made with the outer context": """
orders = Orders(context)
context.run_in_child_context(lambda ctx: orders.save(1), name="first_phase")  # <- DUR202[E]
context.run_in_child_context(lambda ctx: Orders(ctx).save(1), name="second_phase")
""",
    "two levels": """
def outer(ctx):
    def inner(deeper):
        ctx.step(use(1))  # <- DUR202[E]
        context.step(use(2), name="use_two")  # <- DUR202[E]
        return deeper.step(use(3), name="use_three")

    return ctx.run_in_child_context(inner, name="inner_phase")

context.run_in_child_context(outer, name="outer_phase")
""",
    "branches": """
branches = [ParallelBranch(func=lambda ctx: context.step(use(1)), name="first")]  # <- DUR202[E]
context.parallel(branches, name="both").throw_if_error()
context.parallel([phase(1), lambda ctx: ctx.run_in_child_context(phase(2))], name="more").throw_if_error()
""",
    "logger and description": """
context.run_in_child_context(nosy(context))
""",
    "retried block": """
def block(ctx, attempt):
    context.step(use(1))  # <- DUR202[E]
    return ctx.step(use(attempt), name=f"use_{attempt}")

with_retry(context, block, WithRetryConfig(), name="block")

def plain(ctx, attempt):
    return context.step(use(attempt), name=f"use_plain_{attempt}")

with_retry(context, plain, WithRetryConfig(wrap_with_run_in_child_context=False), name="plain_block")
with_retry(context, plain, event["config"], name="any_block")
""",
}

ESCAPES = {
    "global": """
global CONTEXT
CONTEXT = context  # <- DUR203[E]
""",
    "containers": """
CURRENT["context"] = context  # <- DUR203[E]
KEPT.append(context)  # <- DUR203[E]
KEPT.append({"context": context})  # <- DUR203[E]
CURRENT.setdefault("first", context)  # <- DUR203[E]
CURRENT.update(context=context)  # <- DUR203[E]
CURRENT.update({"context": context})  # <- DUR203[E]
LOCAL.context = context  # <- DUR203[E]
local = {}
local["context"] = context
""",
    "objects": """
keeper.keep(context)  # <- DUR203[E]
own = Keeper()
own.keep(context)
Orders(context).save(1)
Orders.shared = context  # <- DUR203[E]
""",
    "threads": """
with ThreadPoolExecutor() as pool:
    pool.submit(helper, context, 1)  # <- DUR203[E]
    list(pool.map(lambda value: context.step(use(value)), event["values"]))  # <- DUR203[E]
threading.Thread(target=lambda: context.step(use(1))).start()  # <- DUR203[E]
threading.Thread(target=lambda: context.logger.info("in the thread")).start()
""",
    "after the child has ended": """
kept = None

def first(ctx):
    nonlocal kept
    kept = ctx
    return ctx.step(use(1))

context.run_in_child_context(first, name="first_phase")
kept.step(use(2), name="use_two")  # <- DUR203[E]
""",
}

NOT_RUN = {
    "dropped": """
use(1)  # <- DUR204[E]
_ = use(2)  # <- DUR204[E]
phase(3)  # <- DUR204[E]
submit("somebody")  # <- DUR204[E]
""",
    "used": """
first = use(1)  # <- DUR204[E]
if first["ready"]:
    context.logger.info("ready")
second = use(2)  # <- DUR204[E]
text = f"it is {second}"
third = use(3)  # <- DUR204[E]
for item in third:
    context.logger.info(item)
fourth = use(4)  # <- DUR204[E]
while fourth:
    break
fifth = use(5).strip()  # <- DUR204[E]
""",
    "handed on": """
pending = use(1)
context.step(pending)
others = [use(2), use(3)]
for number, other in enumerate(others):
    context.step(other, name=f"use_{number}")
by_name = {"first": use(4)}
context.step(by_name["first"], name="use_four")
context.parallel([phase(1), phase(2)], name="phases").throw_if_error()
context.wait_for_callback(submit("somebody"), name="answer_callback")
chosen = use(5) if event["five"] else use(6)
context.step(chosen, name="use_chosen")
compensations = []
compensations.append(use(7))
""",
    "perhaps not made": """
pending = None
if event["wanted"]:
    pending = use(1)
if pending:
    context.step(pending)
if pending is not None:
    context.step(pending, name="use_again")
""",
    "returned by a factory": """
make = lambda value: use(value)
context.step(make(1))
context.step(prepare(2), name="use_two")
""",
    "returned to the SDK": """
context.step(lambda _: use(1), name="use_one")  # <- DUR204[E]
context.run_in_child_context(lambda ctx: phase(1), name="first_phase")  # <- DUR204[E]
return [use(2)]  # <- DUR204[E]
""",
    "sent, handed to another step": """
context.invoke("other:live", use(1), name="call_other")  # <- DUR204[E]
context.invoke("other:live", {"value": use(2)}, name="call_again")  # <- DUR204[E]
context.step(read(use(3)), name="read_use")  # <- DUR204[E]
context.step(run(use(4)), name="run_use")
""",
    "run at once": """
context.step(lambda _: use(1)(_), name="use_one")
""",
}

NOT_CALLED = {
    "everywhere": """
context.step(use)  # <- DUR205[E]
context.run_in_child_context(phase)  # <- DUR205[E]
context.wait_for_callback(submit, name="answer_callback")  # <- DUR205[E]
context.map([1], phase, name="phases").throw_if_error()  # <- DUR205[E]
context.parallel([phase, phase(1)], name="more").throw_if_error()  # <- DUR205[E]
""",
    "called": """
context.step(use(1))
context.step(func=use(2), name="use_two")
""",
}


@pytest.mark.parametrize("body", IN_STEP.values(), ids=IN_STEP)
def test_operations_in_steps(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR201") == []


@pytest.mark.parametrize("body", OUTER.values(), ids=OUTER)
def test_operations_on_outer_contexts(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR202") == []


@pytest.mark.parametrize("body", ESCAPES.values(), ids=ESCAPES)
def test_contexts_that_escape(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR203") == []


@pytest.mark.parametrize("body", NOT_RUN.values(), ids=NOT_RUN)
def test_decorated_calls_that_never_run(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR204") == []


@pytest.mark.parametrize("body", NOT_CALLED.values(), ids=NOT_CALLED)
def test_decorated_functions_that_are_not_called(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR205") == []


def test_prepared_call_from_another_module_is_reported_where_it_is_used(tmp_path: Path) -> None:
    files: Files = {
        "handler.py": handler("if plans.plan(1):  # <- DUR204[E]\n    context.step(use(1))", "import plans"),
        "plans.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def make(step_context: StepContext, value: object) -> str:
    return "made"


def plan(value: object):
    return make(value)
""",
    }
    assert difference(tmp_path, files, codes="DUR204") == []


def test_class_based_orchestration_is_silent(tmp_path: Path) -> None:
    program = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def use(step_context: StepContext, value: object) -> str:
    return "used"


class Workflow:
    def __init__(self, context: DurableContext, event: dict) -> None:
        self.context = context
        self.event = event

    def run(self) -> list:
        first = self.context.run_in_child_context(self.first, name="first_phase")
        second = self.context.map(self.event["items"], self.second, name="second_phase")
        second.throw_if_error()
        return [first, second.get_results()]

    def first(self, ctx: DurableContext) -> str:
        return ctx.step(use(1))

    def second(self, ctx: DurableContext, item: str, index: int, items: list) -> str:
        return Workflow(ctx, self.event).one(item)

    def one(self, item: str) -> str:
        return self.context.step(use(item), name=f"use_{item}")


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return Workflow(context, event).run()
"""
    assert difference(tmp_path, {"handler.py": program}, codes="DUR2") == []
