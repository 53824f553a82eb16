"""Functions that get the parameters which the SDK passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_IMPORTS = """\
import functools
from gettext import gettext as _translated

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_wait_for_callback,
    durable_with_child_context,
    with_retry,
)

{definitions}
@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""


def _program(body: str, definitions: str = "") -> str:
    head = _IMPORTS.format(definitions=f"\n{definitions}\n\n" if definitions else "")
    return head + "".join(f"    {line}\n" for line in body.splitlines())


def _step(callable_: str) -> str:
    return f'return context.step({callable_}, name="count_all")'


def _mapped(callable_: str) -> str:
    return f'context.map(event["names"], {callable_}, name="map_all").throw_if_error()'


_COMPLETED = {
    "a step's lambda": (_step("lambda: 1"), _step("lambda _: 1")),
    "no blank after the colon": (_step("lambda:1"), _step("lambda _:1")),
    "two on a line": (
        'context.step(lambda: 1, name="count_a"); context.step(lambda: 2, name="count_b")',
        'context.step(lambda _: 1, name="count_a"); context.step(lambda _: 2, name="count_b")',
    ),
    "the underscore means something": (
        f"_ = _translated\n{_step('lambda: _(event)')}",
        f"_ = _translated\n{_step('lambda step_context: _(event)')}",
    ),
    "lines and comments": (
        'return context.step(\n    # how many\n    lambda: len(event),  # of them\n    name="count_all",\n)',
        'return context.step(\n    # how many\n    lambda _: len(event),  # of them\n    name="count_all",\n)',
    ),
    "a child": (
        'return context.run_in_child_context(lambda: 1, name="count_all")',
        'return context.run_in_child_context(lambda ctx: 1, name="count_all")',
    ),
    "branches": (
        'context.parallel((lambda: 1, lambda: 2), name="count_all").throw_if_error()',
        'context.parallel((lambda ctx: 1, lambda ctx: 2), name="count_all").throw_if_error()',
    ),
    "what is captured goes behind": (
        'for n in range(3):\n    context.step(lambda n=n: n, name=f"count_{n}")',
        'for n in range(3):\n    context.step(lambda _, n=n: n, name=f"count_{n}")',
    ),
    "a list that grows": (
        "all_of = []\nfor n in range(3):\n    all_of.append(lambda n=n: n)\n"
        'context.parallel(all_of, name="count_all").throw_if_error()',
        "all_of = []\nfor n in range(3):\n    all_of.append(lambda ctx, n=n: n)\n"
        'context.parallel(all_of, name="count_all").throw_if_error()',
    ),
    "kept under a name": (f"one = lambda: 1\n{_step('one')}", f"one = lambda _: 1\n{_step('one')}"),
    "map, the end is missing": (_mapped("lambda ctx, item: item"), _mapped("lambda ctx, item, index, items: item")),
    "map, the context is not used": (_mapped("lambda _, item: item"), _mapped("lambda _, item, index, items: item")),
    "map, a name is in use": (
        f"items = [1]\n{_mapped('lambda ctx, item: items')}",
        f"items = [1]\n{_mapped('lambda ctx, item, index, _items: items')}",
    ),
    "map, captured": (
        f"n = 3\n{_mapped('lambda ctx, item, n=n: n')}",
        f"n = 3\n{_mapped('lambda ctx, item, index, items, n=n: n')}",
    ),
    "a submitter": (
        'return context.wait_for_callback(lambda token: token, name="ask_them")',
        'return context.wait_for_callback(lambda token, _: token, name="ask_them")',
    ),
    "with_retry": (
        'return with_retry(context, lambda own: own.step(lambda _: 1, name="one"), name="try_all")',
        'return with_retry(context, lambda own, attempt: own.step(lambda _: 1, name="one"), name="try_all")',
    ),
    "a nested function": (
        f"def one():\n    return 1\n{_step('one')}",
        f"def one(step_context):\n    return 1\n{_step('one')}",
    ),
    "a nested function, twice": (
        'def one():\n    return 1\ncontext.step(one, name="count_a")\ncontext.step(func=one, name="count_b")',
        "def one(step_context):\n    return 1\n"
        'context.step(one, name="count_a")\ncontext.step(func=one, name="count_b")',
    ),
}


@pytest.mark.parametrize(("bad", "good"), _COMPLETED.values(), ids=_COMPLETED.keys())
def test_callable_is_completed(bad: str, good: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR207").decode() == _program(good)


_DEFINED = {
    "plain": (
        "def one() -> int:\n    return 1",
        "def one(step_context: StepContext) -> int:\n    return 1",
        _step("one"),
    ),
    "without types": ("def one(): return 1", "def one(step_context): return 1", _step("one")),
    "over lines": (
        "def one(\n    # nothing\n):\n    return 1",
        "def one(step_context\n    # nothing\n):\n    return 1",
        _step("one"),
    ),
    "decorated": (
        "@durable_step\ndef one() -> int:\n    return 1",
        "@durable_step\ndef one(step_context: StepContext) -> int:\n    return 1",
        "return context.step(one())",
    ),
    "decorated, with arguments over lines": (
        "@durable_step\ndef one(\n    name: str,  # whose\n) -> str:\n    return name",
        "@durable_step\ndef one(\n    step_context: StepContext, name: str,  # whose\n) -> str:\n    return name",
        'return context.step(one("a"))',
    ),
    "decorated, without types": (
        "@durable_step\ndef one(name):\n    return name",
        "@durable_step\ndef one(step_context, name):\n    return name",
        'return context.step(one("a"))',
    ),
    "keywords only": (
        "@durable_step\ndef one(*, name: str = 'a') -> str:\n    return name",
        "@durable_step\ndef one(step_context: StepContext, *, name: str = 'a') -> str:\n    return name",
        'return context.step(one(name="a"))',
    ),
    "a decorated child": (
        "@durable_with_child_context\ndef one(name: str) -> str:\n    return name",
        "@durable_with_child_context\ndef one(ctx: DurableContext, name: str) -> str:\n    return name",
        'return context.run_in_child_context(one("a"))',
    ),
}


@pytest.mark.parametrize(("bad", "good", "body"), _DEFINED.values(), ids=_DEFINED.keys())
def test_definition_is_completed(bad: str, good: str, body: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(body, bad), "DUR207").decode() == _program(body, good)


def test_submitter_brings_its_type(tmp_path: Path) -> None:
    bad = "@durable_wait_for_callback\ndef ask(callback_id: str, address: str) -> None:\n    return None"
    after = fixed(tmp_path, _program('return context.wait_for_callback(ask("a"))', bad), "DUR207").decode()
    assert "def ask(callback_id: str, callback_context: WaitForCallbackContext, address: str) -> None:" in after
    assert "from aws_durable_execution_sdk_python.types import WaitForCallbackContext\n" in after


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("event", "event, context"),
        ("", "event, context"),
        ("context: sdk.DurableContext", "event, context: sdk.DurableContext"),
        ("event: dict", "event: dict, context: sdk.DurableContext"),
    ],
)
def test_handler_is_completed(bad: str, good: str, tmp_path: Path) -> None:
    program = (
        "import aws_durable_execution_sdk_python as sdk\n\n\n@sdk.durable_execution\ndef handler({}):\n    return 1"
    )
    assert fixed(tmp_path, program.format(bad), "DUR207").decode() == program.format(good)


_LEFT = {
    "called elsewhere too": ("", f"def one():\n    return 1\none()\n{_step('one')}"),
    "a lambda called elsewhere too": ("", f"one = lambda: 1\none()\n{_step('one')}"),
    "looked up": ("", _step('{"one": lambda: 1}["one"]')),
    "two operations that pass different things": (
        "def one() -> int:\n    return 1",
        f'context.run_in_child_context(one, name="run_one")\n{_step("one")}',
    ),
    "exported": ("__all__ = ['one']\n\n\ndef one() -> int:\n    return 1", _step("one")),
    "handed to a helper": (
        "def run(given: DurableContext, work):\n    return given.step(work, name='run_work')",
        "return run(context, lambda: 1)",
    ),
    "a partial": ("", _step("functools.partial(lambda name: name, 'a')")),
    "a method": ("class Till:\n    def count(self) -> int:\n        return 1", _step("Till().count")),
    "the item or the context": ("", _mapped("lambda one: one")),
    "all but the first": ("", _mapped("lambda item, index, items: item")),
    "an id or a context": ("", 'return context.wait_for_callback(lambda ctx: None, name="ask_them")'),
    "a call without the argument": (
        "@durable_step\ndef one(name: str):\n    return name",
        "return context.step(one())",
    ),
    "the context comes second": (
        "@durable_step\ndef one(name: str, step_context: StepContext):\n    return name",
        'return context.step(one("a"))',
    ),
    "the first own argument of a submitter": (
        "@durable_wait_for_callback\ndef ask(address: str) -> None:\n    return None",
        'return context.wait_for_callback(ask("a"), name="ask_them")',
    ),
    "in an f-string": ("", """return f"{context.step(lambda: 1, name='count_all')}" """),
    "async": ("", f"async def one():\n    return 1\n{_step('one')}"),
}


@pytest.mark.parametrize(("definitions", "body"), _LEFT.values(), ids=_LEFT.keys())
def test_callable_is_left(definitions: str, body: str, tmp_path: Path) -> None:
    program = _program(body, definitions)
    assert fixed(tmp_path, program, "DUR207").decode() == program


def test_function_that_another_module_uses_is_left(tmp_path: Path) -> None:
    program = _program(_step("one"), "def one() -> int:\n    return 1")
    files = {"other.py": "from handler import one\n\nprint(one())\n"}
    assert fixed(tmp_path, program, "DUR207", files).decode() == program


def test_definition_in_another_module_is_completed(tmp_path: Path) -> None:
    steps = "from aws_durable_execution_sdk_python import durable_step\n\n\n@durable_step\ndef one({}):\n    return 1\n"
    program = _program("return context.step(steps.one())", "import steps")
    assert fixed(tmp_path, program, "DUR207", {"steps.py": steps.format("")}).decode() == program
    assert (tmp_path / "steps.py").read_text(encoding="utf-8") == steps.format("step_context")


def test_line_ends_and_the_last_line_stay(tmp_path: Path) -> None:
    bad, good = _program(_step("lambda: 1")).rstrip(), _program(_step("lambda _: 1")).rstrip()
    assert fixed(tmp_path, bad.replace("\n", "\r\n").encode(), "DUR207") == good.replace("\n", "\r\n").encode()
