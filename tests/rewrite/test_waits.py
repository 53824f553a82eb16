"""Sleeps that become waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
import time
from contextlib import suppress

from aws_durable_execution_sdk_python import DurableContext, durable_execution
"""
_IMPORT = "from aws_durable_execution_sdk_python.config import Duration\n"
_REST = """
MINUTE = 60
HALF = 0.5


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(lambda _: event["order"], name="read_order")
"""
_TAIL = '    return context.step(lambda _: {"order": order}, name="show_order")\n'


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("time.sleep(60)", "context.wait(Duration.from_seconds(60))"),
        ("time.sleep(60 * 5)", "context.wait(Duration.from_seconds(60 * 5))"),
        ("time.sleep((60))", "context.wait((Duration.from_seconds(60)))"),
        ("(time.sleep)(60)", "(context.wait)(Duration.from_seconds(60))"),
        ("time.sleep(2.0)", "context.wait(Duration.from_seconds(2.0))"),
        ("time.sleep(MINUTE)", "context.wait(Duration.from_seconds(MINUTE))"),
        ("time.sleep(2 * MINUTE)", "context.wait(Duration.from_seconds(2 * MINUTE))"),
        ("if order: time.sleep(60)", "if order: context.wait(Duration.from_seconds(60))"),
        (
            "time.sleep(1); time.sleep(2)",
            "context.wait(Duration.from_seconds(1)); context.wait(Duration.from_seconds(2))",
        ),
        (
            "time.sleep(  # let it settle (a bit)\n    60,  # seconds\n)  # now",
            "context.wait(  # let it settle (a bit)\n    Duration.from_seconds(60),  # seconds\n)  # now",
        ),
        (
            "for number in range(3):\n\ttime.sleep(5)",
            'for number in range(3):\n\tcontext.wait(Duration.from_seconds(5), name=f"pause_{number}")',
        ),
        (
            "try:\n    order()\nexcept ValueError:\n    time.sleep(5)",
            "try:\n    order()\nexcept ValueError:\n    context.wait(Duration.from_seconds(5))",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_sleep_becomes_a_wait(bad: str, good: str, newline: str, tmp_path: Path) -> None:
    program = (_HEAD + _REST + _indented(bad) + _TAIL).replace("\n", newline)
    expected = (_HEAD + _IMPORT + _REST + _indented(good) + _TAIL).replace("\n", newline)
    assert fixed(tmp_path, program, "DUR107").decode() == expected


@pytest.mark.parametrize(
    "text",
    [
        "time.sleep(0.5)",
        "time.sleep(1.5)",
        "time.sleep(0)",
        "time.sleep(HALF)",
        "time.sleep(400 * 24 * 60 * 60)",
        'time.sleep(event["seconds"])',
        "time.sleep(int(order))",
        "pause = 5\ntime.sleep(pause)",
        "while order:\n    time.sleep(5)",
        "for number in range(3):\n    time.sleep((5))",
        "slept = time.sleep(5)",
        "order and time.sleep(5)",
        "[time.sleep(5) for number in range(3)]",
        "def pause():\n    time.sleep(5)\npause()",
        "(lambda: time.sleep(5))()",
        "Duration = 1\ntime.sleep(5)",
        "try:\n    time.sleep(5)\nfinally:\n    order()",
        "try:\n    order()\nfinally:\n    time.sleep(5)",
        "try:\n    time.sleep(5)\nexcept BaseException:\n    raise",
        "try:\n    time.sleep(5)\nexcept:\n    raise",
        "try:\n    time.sleep(5)\nexcept Exception:\n    pass",
        "try:\n    time.sleep(5)\nexcept (KeyError, builtins.Exception):\n    pass",
        "with order:\n    time.sleep(5)",
        "with suppress(BaseException):\n    time.sleep(5)",
    ],
)
def test_sleep_is_left(text: str, tmp_path: Path) -> None:
    program = _HEAD + _REST + _indented(text) + _TAIL
    assert fixed(tmp_path, program, "DUR107").decode() == program


def test_imports_under_other_names(tmp_path: Path) -> None:
    program = """\
from time import sleep as pause

import aws_durable_execution_sdk_python as durable


class Work:
    @staticmethod
    @durable.durable_with_child_context
    def run(ctx: durable.DurableContext) -> int:
        ctx.step(lambda _: 1, name="start_work")
        pause(3)
        return ctx.step(lambda _: 2, name="end_work")
"""
    expected = program.replace("pause(3)", "ctx.wait(durable.config.Duration.from_seconds(3))")
    assert fixed(tmp_path, program, "DUR107").decode() == expected


@pytest.mark.parametrize(
    "function",
    [
        "async def work(ctx: DurableContext):",
        "def work(ctx: DurableContext, pause: int = 5):",
    ],
)
def test_functions_that_others_call_are_left(function: str, tmp_path: Path) -> None:
    program = f"{_HEAD}\n\n{function}\n    time.sleep(5)\n    ctx.step(lambda _: 2, name='end_work')\n"
    assert fixed(tmp_path, program, "DUR107").decode() == program


def test_a_child_that_is_one_checkpoint_is_left(tmp_path: Path) -> None:
    program = f"""{_HEAD}
from aws_durable_execution_sdk_python import durable_with_child_context


@durable_with_child_context
def work(ctx: DurableContext) -> str:
    text = open("settings").read()
    time.sleep(5)
    return text


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(work())
"""
    assert fixed(tmp_path, program, "DUR107").decode() == program
