"""Decorated functions that are handed to the context, and called before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
import random
import time

from aws_durable_execution_sdk_python import (
    DurableContext,
    ParallelBranch,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
    durable_wait_for_callback,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.types import WaitForCallbackContext


@durable_step
def greet(step_context: StepContext, name: str = "you") -> str:
    return f"hello {name}"


@durable_step
def charge(step_context: StepContext, cents: int) -> int:
    return cents


@durable_with_child_context
def settle(ctx: DurableContext, name: str = "you") -> str:
    return ctx.step(greet(name))


@durable_wait_for_callback
def ask(callback_id: str, callback_context: WaitForCallbackContext) -> None:
    return None


def helping(given: DurableContext) -> None:
    greet("helper")


def alone() -> str:
    return greet("nobody")


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""


def _program(body: str) -> str:
    return _HEAD + "".join(f"    {line}\n" for line in body.splitlines())


_RUN = {
    "dropped": ('greet("a")', 'context.step(greet("a"))'),
    "returned": ('return greet("a")', 'return context.step(greet("a"))'),
    "a child": ('return settle("a")', 'return context.run_in_child_context(settle("a"))'),
    "two on a line": (
        'if event: greet("a"); settle("b")',
        'if event: context.step(greet("a")); context.run_in_child_context(settle("b"))',
    ),
    "comments and lines": (
        'greet(\n    # to whom\n    "a",\n)  # politely',
        'context.step(greet(\n    # to whom\n    "a",\n))  # politely',
    ),
    "an attribute": ('return greet("a").upper()', 'return context.step(greet("a")).upper()'),
    "a condition": (
        'if (said := greet("a")):\n    return said',
        'if (said := context.step(greet("a"))):\n    return said',
    ),
    "in a dict": ('return {"said": greet("a")}', 'return {"said": context.step(greet("a"))}'),
    "a payload": (
        'return context.invoke("mail", greet("a"), name="invoke_mail")',
        'return context.invoke("mail", context.step(greet("a")), name="invoke_mail")',
    ),
    "one arm": ('return greet("a") if event else ""', 'return context.step(greet("a")) if event else ""'),
    "a loop": (
        'for number in range(3):\n    greet("a")',
        'for number in range(3):\n    context.step(greet("a"), name=f"greet_{number}")',
    ),
    "twice in a loop": (
        'for number in range(3):\n    greet("a"); greet("b")',
        'for number in range(3):\n    context.step(greet("a"), name=f"greet_{number}"); '
        'context.step(greet("b"), name=f"greet_2_{number}")',
    ),
    "a comprehension": (
        "return [greet(str(number)) for number in range(3)]",
        'return [context.step(greet(str(number)), name=f"greet_{number}") for number in range(3)]',
    ),
    "a child context that nothing has used": (
        'return context.run_in_child_context(lambda _: greet("a"), name="greet_all")',
        'return context.run_in_child_context(lambda ctx: ctx.step(greet("a")), name="greet_all")',
    ),
}


@pytest.mark.parametrize(("bad", "good"), _RUN.values(), ids=_RUN.keys())
def test_call_is_handed_to_the_context(bad: str, good: str, tmp_path: Path) -> None:
    program = _program(bad).replace('    greet("helper")', "    return None")
    assert fixed(tmp_path, program, "DUR204").decode() == _program(good).replace(
        '    greet("helper")', "    return None"
    )


def test_helper_uses_the_context_that_it_is_given(tmp_path: Path) -> None:
    bad = _program("helping(context)")
    assert fixed(tmp_path, bad, "DUR204").decode() == bad.replace('greet("helper")', 'given.step(greet("helper"))')


_NOT_RUN = {
    "awaited": 'await greet("a")',
    "an f-string": """return f"{greet('a')}" """,
    "a submitter": "return ask()",
    "wrong arguments": 'greet("a", "b", "c")',
    "arguments that differ on replay": "greet(str(time.time()))",
    "a branch that differs on replay": 'if random.random() > 0.5:\n    greet("a")',
    "after a branch that differs on replay": 'if random.random() > 0.5:\n    return 1\ngreet("a")',
    "a clause that swallows": 'try:\n    greet("a")\nexcept Exception:\n    return 1',
    "cleanup": 'try:\n    context.wait(Duration.from_seconds(3))\nfinally:\n    greet("a")',
    "handed over later": 'said = greet("a")\nif said:\n    context.step(said)',
    "a condition that is asked again": 'while greet("a"):\n    context.wait(Duration.from_seconds(3), name="poll")',
    "rounds that nothing tells apart": 'for name in event["names"]:\n    greet(name)',
    "step code": 'return context.step(lambda _: greet("a"), name="greet_once")',
    "no parameter for a context": 'return context.run_in_child_context(lambda: greet("a"), name="greet_all")',
    "a call in a helper without a context": "return alone()",
}


@pytest.mark.parametrize("bad", _NOT_RUN.values(), ids=_NOT_RUN.keys())
def test_call_is_left(bad: str, tmp_path: Path) -> None:
    program = _program(bad).replace('    greet("helper")', "    return None")
    assert fixed(tmp_path, program, "DUR204").decode() == program


_CALLED = {
    "a step": ("return context.step(greet)", "return context.step(greet())"),
    "a keyword": (
        'return context.step(func=greet, name="greet_you")',
        'return context.step(func=greet(), name="greet_you")',
    ),
    "a child": ("return context.run_in_child_context(settle)", "return context.run_in_child_context(settle())"),
    "a submitter": (
        'return context.wait_for_callback(ask, name="ask_them")',
        'return context.wait_for_callback(ask(), name="ask_them")',
    ),
    "another name": ("said = greet\nreturn context.step(said)", "said = greet\nreturn context.step(said())"),
    "two on a line": ("context.step(greet); context.step(greet)", "context.step(greet()); context.step(greet())"),
    "a comment": ("context.step(\n    greet,  # hello\n)", "context.step(\n    greet(),  # hello\n)"),
    "one branch": (
        'context.parallel([settle, settle("a")], name="settle_all").throw_if_error()',
        'context.parallel([settle(), settle("a")], name="settle_all").throw_if_error()',
    ),
}


@pytest.mark.parametrize(("bad", "good"), _CALLED.values(), ids=_CALLED.keys())
def test_function_is_called(bad: str, good: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR205").decode() == _program(good)


_NOT_CALLED = {
    "an argument is missing": "return context.step(charge)",
    "another operation's": "return context.step(settle)",
    "an expression": "return context.step(greet if event else greet)",
    "a list": 'both = [settle, settle]\ncontext.parallel(both, name="settle_all").throw_if_error()',
    "a named branch": (
        'both = [ParallelBranch(func=settle, name="settle_one")]\n'
        'context.parallel(both, name="settle_all").throw_if_error()'
    ),
    "a named branch in a variable": (
        'one = ParallelBranch(func=settle, name="settle_one")\n'
        'context.parallel([one], name="settle_all").throw_if_error()'
    ),
}


@pytest.mark.parametrize("bad", _NOT_CALLED.values(), ids=_NOT_CALLED.keys())
def test_function_is_left(bad: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR205").decode() == _program(bad)
