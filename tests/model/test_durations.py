"""Durations: what the SDK takes for one, how long it is, and which values are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

ABOVE = """
import datetime
from datetime import timedelta
from functools import partial

from aws_durable_execution_sdk_python import WithRetryConfig
from aws_durable_execution_sdk_python.config import CallbackConfig, StepConfig, WaitForCallbackConfig
from aws_durable_execution_sdk_python.retries import (
    LinearRetryStrategyConfig,
    RetryDecision,
    RetryPresets,
    RetryStrategyConfig,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.waits import WaitForConditionDecision, WaitStrategyConfig
import unknown

MINUTE = 60
NOTHING = 0
SECONDS = {"short": 5, "long": 500}
PAUSE = Duration.from_minutes(5)


def nap(ctx, seconds):
    if seconds <= 0:
        return
    ctx.wait(Duration.from_seconds(seconds))


class Pauses:
    NONE = None
    SHORT = 5
    LONG = Duration.from_hours(5)
    AFTER = timedelta(hours=1)


def pause(ctx, length):
    ctx.wait(length)


def number() -> int:
    return unknown.number()


def lasting(minutes):
    return Duration.from_minutes(minutes)
"""

WRONG = [
    "context.wait(5)",
    "context.wait(duration=5, name='work_wait')",
    "context.wait(5.0)",
    "context.wait(None)",
    "context.wait(60 * MINUTE)",
    "context.wait(Pauses.SHORT)",
    "context.wait(Pauses.AFTER)",
    "context.wait(SECONDS['short'])",
    "length = 5\ncontext.wait(length)",
    "context.wait(len(event))",
    "context.wait(number())",
    "context.wait(int(os.environ['PAUSE']))",
    "context.wait(timedelta(seconds=5))",
    "context.wait(datetime.timedelta(hours=5))",
    "context.wait(timedelta(hours=1) + timedelta(minutes=5))",
    "context.wait(5 if event else 10)",
    "context.wait(Duration.from_seconds(0))",
    "context.wait(Duration())",
    "context.wait(Duration.from_seconds(0.5))",
    "context.wait(Duration(0.5))",
    "context.wait(Duration.from_minutes(0.01))",
    "context.wait(lasting(0))",
    "context.wait(Duration.from_seconds(NOTHING))",
    "context.wait(Pauses.NONE)",
    "if MINUTE:\n    context.wait(Duration())",
    "context.wait(Duration.from_days(367))",
    "context.wait(Duration.from_hours(24 * 367))",
    "wait = context.wait\nwait(5)",
    "wait = partial(context.wait, name='work_wait')\nwait(5)",
    "CallbackConfig(timeout=5)",
    "CallbackConfig(5)",
    "CallbackConfig(timeout=None)",
    "CallbackConfig(timeout='1h')",
    "CallbackConfig(heartbeat_timeout=timedelta(minutes=1))",
    "CallbackConfig(timeout=Duration.from_seconds(0.9))",
    "CallbackConfig(timeout=Duration.from_days(1500))",
    "WaitForCallbackConfig(timeout=5)",
    "RetryStrategyConfig(initial_delay=1)",
    "RetryStrategyConfig(max_delay=timedelta(minutes=1))",
    "RetryStrategyConfig(initial_delay=Duration.from_days(400))",
    "LinearRetryStrategyConfig(increment=1)",
    "WaitStrategyConfig(lambda state: True, initial_delay=5)",
    "RetryPresets.fixed(5)",
    "RetryDecision.retry(5)",
    "RetryDecision(True, 5)",
    "WaitForConditionDecision.continue_waiting(timedelta(seconds=5))",
    "Duration.from_seconds(timedelta(minutes=5))",
    "Duration.from_minutes(None)",
    "Duration.from_minutes('5')",
    "Duration.from_hours(PAUSE)",
]

RIGHT = [
    "context.wait(PAUSE)",
    "context.wait(Pauses.LONG, 'work_wait')",
    "context.wait(Duration(5))",
    "context.wait(Duration.from_seconds(1.5))",
    "context.wait(Duration.from_minutes(0.5))",
    "context.wait(Duration.from_days(366))",
    "context.wait(Duration.from_seconds(event['seconds']))",
    "context.wait(Duration.from_seconds(int(os.environ['PAUSE'])))",
    "context.wait(event['pause'])",
    "context.wait(unknown.PAUSE)",
    "context.wait(*event['how'])",
    "context.wait(PAUSE if event else 5)",
    "context.wait(Duration.from_seconds(event.get('seconds', 0)))",
    "length = event.get('pause')\nif isinstance(length, int):\n    length = Duration(length)\ncontext.wait(length)",
    "CallbackConfig(timeout=Duration.from_seconds(0))",
    "CallbackConfig(timeout=Duration())",
    "CallbackConfig()",
    "CallbackConfig(**event['how'])",
    "CallbackConfig(timeout=Duration.from_days(1000))",
    "RetryStrategyConfig(initial_delay=Duration.from_seconds(0.5))",
    "RetryPresets.fixed(None)",
    "RetryPresets.fixed()",
    "Duration.from_seconds('5')",
    "Duration.from_seconds(float(event['seconds']))",
    "pause(context, PAUSE)",
    "if NOTHING:\n    context.wait(Duration.from_seconds(NOTHING))",
    "if NOTHING > 0:\n    context.wait(Duration.from_seconds(NOTHING))",
    "if Pauses.NONE is not None:\n    context.wait(Pauses.NONE)",
    "context.wait(Duration.from_seconds(NOTHING or 1))",
    "context.wait(Duration.from_seconds(max(1, NOTHING)))",
    "nap(context, 0)",
    "context.wait(Pauses.NONE or PAUSE)",
]


@pytest.mark.parametrize("body", [*(f"{body}  # <- DUR705[E]" for body in WRONG), *RIGHT])
def test_what_is_a_duration(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR705") == []


@pytest.mark.parametrize(
    "body",
    [
        "context.wait(seconds=5)",
        "context.wait('work_wait', PAUSE)",
        "context.wait('5')",
        "context.wait()",
        "Duration(minutes=5)",
        "Duration.from_weeks(5)",
        "context.wait(Duration.from_seconds(-5))",
    ],
)
def test_arguments_that_do_not_fit_and_negative_ones_are_another_matter(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR705") == []


def test_a_helper_that_gets_a_number(tmp_path: Path) -> None:
    above = ABOVE.replace("ctx.wait(length)", "ctx.wait(length)  # <- DUR705[E]")
    assert difference(tmp_path, {"handler.py": handler("pause(context, 5)", above)}, codes="DUR705") == []


def test_configurations_of_another_module(tmp_path: Path) -> None:
    limits = """
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

SHORT = CallbackConfig(timeout=30)  # <- DUR705[E]
LONG = CallbackConfig(timeout=Duration.from_hours(30))


class Limits:
    CONFIG = CallbackConfig(heartbeat_timeout=30)  # <- DUR705[E]


def config_of(seconds):
    return CallbackConfig(timeout=Duration.from_seconds(seconds))


def broken():
    return CallbackConfig(timeout=60)  # <- DUR705[E]
"""
    assert difference(tmp_path, {"limits.py": limits}, entry="limits.py", codes="DUR705") == []


def test_limits_through_modules_and_classes(tmp_path: Path) -> None:
    limits = """
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

TEN = 10


class Limits:
    SHORT = Duration.from_seconds(TEN)
    DAY = Duration.from_hours(24)
    CONFIG = CallbackConfig(timeout=Duration.from_seconds(TEN))


def config_of(seconds):
    return CallbackConfig(timeout=Duration.from_seconds(seconds))


def config_by(environment):
    return CallbackConfig(timeout=Duration.from_seconds(int(environment["SECONDS"])))
"""
    body = """
from limits import Limits, config_by, config_of
context.create_callback("a_callback", CallbackConfig(Limits.SHORT))  # <- DUR704[W]
context.create_callback("b_callback", Limits.CONFIG)  # <- DUR704[W]
context.create_callback("c_callback", config=config_of(59))  # <- DUR704[W]
context.create_callback("d_callback", config=config_of(60))
context.create_callback("e_callback", config=config_by(os.environ))
context.create_callback("f_callback", CallbackConfig(Limits.DAY, Limits.DAY))  # <- DUR704[W]
context.create_callback("g_callback", CallbackConfig(Limits.DAY, Limits.SHORT))
context.create_callback("h_callback", CallbackConfig(Limits.SHORT if event else Limits.DAY))
context.create_callback("i_callback", CallbackConfig(Duration.from_days(367)))  # <- DUR704[W]
context.create_callback("j_callback", CallbackConfig(Duration.from_days(1500)))
context.create_callback("k_callback", CallbackConfig(heartbeat_timeout=Limits.SHORT))
"""
    files = {"limits.py": limits, "handler.py": handler(body, ABOVE)}
    assert difference(tmp_path, files, codes="DUR704") == []


def test_heartbeats(tmp_path: Path) -> None:
    body = """
context.create_callback("a_callback", CallbackConfig(Duration.from_minutes(5)))
context.create_callback("b_callback", CallbackConfig(Duration.from_minutes(6)))  # <- DUR703[I]
context.create_callback("c_callback", CallbackConfig(Duration.from_minutes(6), Duration.from_minutes(1)))
context.create_callback("d_callback", CallbackConfig(Duration.from_minutes(6), heartbeat_timeout=unknown.HEARTBEAT))
context.create_callback("e_callback", CallbackConfig(unknown.TIMEOUT))
context.create_callback("f_callback")
"""
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR703", advice=True) == []


def test_a_default_says_nothing_of_a_field_that_may_be_given(tmp_path: Path) -> None:
    above = """
from dataclasses import dataclass, replace

from pydantic_settings import BaseSettings


@dataclass
class Options:
    pause: int = 0
    timeout: Duration = Duration.from_seconds(30)
    limit: Duration = None


class Settings(BaseSettings):
    pause: int = 0
    timeout: Duration = Duration.from_seconds(30)


SETTINGS = Settings()


def declared(ctx, options: Options):
    ctx.wait(Duration.from_seconds(options.pause))
    ctx.wait(options.pause)  # <- DUR705[E]
"""
    body = """
given = Options(**event["options"])
context.wait(Duration.from_seconds(given.pause))
context.create_callback("a_callback", CallbackConfig(given.timeout, given.limit))
context.wait(Duration.from_seconds(SETTINGS.pause))
context.create_callback("b_callback", CallbackConfig(SETTINGS.timeout))
default = Options()
context.wait(Duration.from_seconds(default.pause))  # <- DUR705[E]
context.create_callback("c_callback", CallbackConfig(default.timeout))  # <- DUR704[W]
context.create_callback("d_callback", CallbackConfig(replace(default, timeout=Duration.from_hours(2)).timeout))
default.pause = 7
context.wait(Duration.from_seconds(default.pause))
declared(context, event["options"])
"""
    program = handler(body, ABOVE + above)
    for code, other in (("DUR704", "DUR705[E]"), ("DUR705", "DUR704[W]")):
        marked = program.replace(f"  # <- {other}", "")
        assert difference(tmp_path, {"handler.py": marked}, codes=code) == []
