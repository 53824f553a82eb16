"""Numbers and timedeltas that become Durations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
from datetime import timedelta
import datetime as dt

from aws_durable_execution_sdk_python import DurableContext, durable_execution
"""
_IMPORT = "from aws_durable_execution_sdk_python.config import {}\n"
_REST = """
PAUSE = 5
PAUSE_MINUTES = 5
AFTER = timedelta(hours=1)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(lambda _: event["order"], name="read_order")
"""
_TAIL = '    return context.step(lambda _: {"order": order}, name="show_order")\n'


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _program(text: str, *names: str) -> str:
    imports = _IMPORT.format(", ".join(names)) if names else ""
    return _HEAD + imports + _REST + _indented(text) + _TAIL


WAITS = [
    ("context.wait(5)", "context.wait(Duration.from_seconds(5))"),
    ("context.wait(5.0)", "context.wait(Duration.from_seconds(5.0))"),
    ("context.wait((5))", "context.wait((Duration.from_seconds(5)))"),
    ("context.wait(60 * 5)", "context.wait(Duration.from_seconds(60 * 5))"),
    ("context.wait(PAUSE, 'work_wait')", "context.wait(Duration.from_seconds(PAUSE), 'work_wait')"),
    ("context.wait(name='work_wait', duration=5)", "context.wait(name='work_wait', duration=Duration.from_seconds(5))"),
    ("pause = 5\ncontext.wait(pause)", "pause = 5\ncontext.wait(Duration.from_seconds(pause))"),
    ("context.wait(timedelta(minutes=5))", "context.wait(Duration.from_minutes(5))"),
    ("context.wait(timedelta(hours=PAUSE))", "context.wait(Duration.from_hours(PAUSE))"),
    ("context.wait(dt.timedelta(2))", "context.wait(Duration.from_days(2))"),
    (
        "context.wait(timedelta(minutes=1, seconds=30))",
        "context.wait(Duration.from_seconds(timedelta(minutes=1, seconds=30).total_seconds()))",
    ),
    (
        "context.wait(timedelta(weeks=1))",
        "context.wait(Duration.from_seconds(timedelta(weeks=1).total_seconds()))",
    ),
    ("context.wait(AFTER)", "context.wait(Duration.from_seconds(AFTER.total_seconds()))"),
    ("context.wait(AFTER + AFTER)", "context.wait(Duration.from_seconds((AFTER + AFTER).total_seconds()))"),
    ("if order: context.wait(5)", "if order: context.wait(Duration.from_seconds(5))"),
    (
        "context.wait(5); context.wait(6)",
        "context.wait(Duration.from_seconds(5)); context.wait(Duration.from_seconds(6))",
    ),
    (
        "context.wait(  # let it settle (a bit)\n    5,  # seconds\n    name='work_wait',\n)  # now",
        "context.wait(  # let it settle (a bit)\n    Duration.from_seconds(5),  # seconds\n    name='work_wait',\n"
        ")  # now",
    ),
    ("context.wait(Duration.from_seconds(timedelta(minutes=5)))", "context.wait(Duration.from_minutes(5))"),
    ("context.wait(Duration(AFTER))", "context.wait(Duration.from_seconds(AFTER.total_seconds()))"),
    (
        "context.wait(Duration.from_minutes(AFTER))",
        "context.wait(Duration.from_seconds(AFTER.total_seconds()))",
    ),
    ("(lambda ctx: ctx.wait(5))(context)", "(lambda ctx: ctx.wait(Duration.from_seconds(5)))(context)"),
]


@pytest.mark.parametrize(("bad", "good"), WAITS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_waits(bad: str, good: str, newline: str, tmp_path: Path) -> None:
    names = ("Duration",) if "Duration" in bad else ()
    program = _program(bad, *names).replace("\n", newline)
    assert fixed(tmp_path, program, "DUR705").decode() == _program(good, "Duration").replace("\n", newline)


CONFIGURATIONS = [
    ("CallbackConfig(timeout=3600)", "CallbackConfig(timeout=Duration.from_seconds(3600))", "CallbackConfig"),
    ("CallbackConfig(AFTER)", "CallbackConfig(Duration.from_seconds(AFTER.total_seconds()))", "CallbackConfig"),
    (
        "CallbackConfig(timeout=timedelta(hours=1), heartbeat_timeout=600)",
        "CallbackConfig(timeout=Duration.from_hours(1), heartbeat_timeout=Duration.from_seconds(600))",
        "CallbackConfig",
    ),
]


@pytest.mark.parametrize(("bad", "good", "name"), CONFIGURATIONS)
def test_configurations(bad: str, good: str, name: str, tmp_path: Path) -> None:
    program = _program(f"order = [order, {bad}]", name)
    assert fixed(tmp_path, program, "DUR705").decode() == _program(f"order = [order, {good}]", name, "Duration")


@pytest.mark.parametrize(
    "text",
    [
        "context.wait(0)",
        "context.wait(-5)",
        "context.wait(0.5)",
        "context.wait(1.5)",
        "context.wait(None)",
        "context.wait(400 * 24 * 60 * 60)",
        "context.wait(PAUSE_MINUTES)",
        "pause_ms = 5000\ncontext.wait(pause_ms)",
        "context.wait(len(order))",
        "context.wait(5 if order else 6)",
        "context.wait(timedelta(seconds=0.5))",
        "context.wait(timedelta(milliseconds=1))",
        "context.wait(timedelta(days=400))",
        "order = f'{context.wait(5)}'",
        "context.wait(*[5])",
        "context.wait(Duration.from_seconds(0.5))",
        "context.wait(Duration.from_minutes('5'))",
        "order = CallbackConfig(timeout=30)",
        "order = CallbackConfig(timeout=None)",
        "order = CallbackConfig(timeout=timedelta(seconds=30))",
        "Duration = None\ncontext.wait(5)",
    ],
)
def test_values_that_do_not_tell_a_duration_are_left(text: str, tmp_path: Path) -> None:
    program = _program(text, "CallbackConfig", "Duration")
    assert fixed(tmp_path, program, "DUR705").decode() == program


def test_what_callers_choose_is_left(tmp_path: Path) -> None:
    program = f"""{_HEAD}

def pause(ctx: DurableContext, seconds: int) -> None:
    ctx.wait(seconds)


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    pause(context, 5)
"""
    assert fixed(tmp_path, program, "DUR705").decode() == program


def test_names_of_the_sdk_under_other_names(tmp_path: Path) -> None:
    program = """\
import aws_durable_execution_sdk_python as durable
from aws_durable_execution_sdk_python.retries import RetryPresets as presets


class Work:
\t@staticmethod
\t@durable.durable_with_child_context
\tdef run(ctx: durable.DurableContext) -> int:
\t\tctx.wait(30)
\t\tfor pause in (1, 2):
\t\t\tctx.wait(pause, name=f"{pause}_wait")
\t\treturn ctx.step(lambda _: 2, name="end_work")


RETRIES = presets.fixed(3)"""
    expected = program.replace("ctx.wait(30)", "ctx.wait(durable.config.Duration.from_seconds(30))")
    expected = expected.replace("presets.fixed(3)", "presets.fixed(durable.config.Duration.from_seconds(3))")
    assert fixed(tmp_path, program, "DUR705").decode() == expected


def test_constants_of_another_module(tmp_path: Path) -> None:
    files = {"pauses.py": "from datetime import timedelta\n\nSHORT = 5\nLONG = timedelta(minutes=5)\n"}
    program = f"""import pauses
{_HEAD}

@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    context.wait(pauses.SHORT, name="short_wait")
    context.wait(pauses.LONG, name="long_wait")
"""
    expected = (
        program.replace(_HEAD, _HEAD + _IMPORT.format("Duration"))
        .replace("context.wait(pauses.SHORT", "context.wait(Duration.from_seconds(pauses.SHORT)")
        .replace("context.wait(pauses.LONG", "context.wait(Duration.from_seconds(pauses.LONG.total_seconds())")
    )
    assert fixed(tmp_path, program, "DUR705", files).decode() == expected
