"""Calls, names and types of the SDK, fixed in many spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import findings, fixed

ABOVE = """\
import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, MapConfig, StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig


@durable_step
def use(step_context: StepContext, value: object) -> str:
    return "used"


def branch(ctx: DurableContext) -> str:
    return ctx.step(use(1), name="use_one")


def each(ctx: DurableContext, item: str, index: int, items: list) -> str:
    return ctx.step(use(item), name=f"use_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""

CALLS = [
    ('context.step("use_it", use(1))', 'context.step(use(1), name="use_it")'),
    ("context.step('use_it', use(1))", "context.step(use(1), name='use_it')"),
    ('context.step("use_it", use(1), config=StepConfig())', 'context.step(use(1), name="use_it", config=StepConfig())'),
    ("context.step(StepConfig(), use(1), 'use_it')", "context.step(use(1), name='use_it', config=StepConfig())"),
    ("context.step(use(1), StepConfig())", "context.step(use(1), config=StepConfig())"),
    ('context.map(each, event["items"], name="use_all")', 'context.map(event["items"], each, name="use_all")'),
    ('context.map("use_all", event["items"], each)', 'context.map(event["items"], each, name="use_all")'),
    (
        'context.parallel(branch, lambda ctx: ctx.step(use(2), name="use_two"), name="use_both")',
        'context.parallel([branch, lambda ctx: ctx.step(use(2), name="use_two")], name="use_both")',
    ),
    ("context.parallel(branch, name='x')", "context.parallel([branch], name='x')"),
    ("context.parallel(branch, branch,)", "context.parallel([branch, branch],)"),
    ("context.wait(seconds=5)", "context.wait(Duration.from_seconds(5))"),
    ("context.wait(minutes=1 + 1, name='x')", "context.wait(Duration.from_minutes(1 + 1), name='x')"),
    ("context.wait(name='x', hours=2)", "context.wait(name='x', duration=Duration.from_hours(2))"),
    ("context.wait('pause', Duration.from_days(1))", "context.wait(Duration.from_days(1), name='pause')"),
    ("context.wait(durations=Duration.from_days(1))", "context.wait(duration=Duration.from_days(1))"),
    ("Duration(minutes=5)", "Duration.from_minutes(5)"),
    ("CallbackConfig(timeout_minutes=5)", "CallbackConfig(timeout=Duration.from_minutes(5))"),
    (
        "RetryStrategyConfig(3, initial_delay_seconds=1, max_delay_minutes=2)",
        "RetryStrategyConfig(3, initial_delay=Duration.from_seconds(1), max_delay=Duration.from_minutes(2))",
    ),
    ("RetryStrategyConfig(max_atempts=3)", "RetryStrategyConfig(max_attempts=3)"),
    ("create_retry_strategy(max_attempts=3)", "create_retry_strategy(RetryStrategyConfig(max_attempts=3))"),
    (
        "create_retry_strategy(max_attempts=3, backoff_rate=2)",
        "create_retry_strategy(RetryStrategyConfig(max_attempts=3, backoff_rate=2))",
    ),
    (
        "context.map(event, each, max_concurrency=2, name='use_all')",
        "context.map(event, each, config=MapConfig(max_concurrency=2), name='use_all')",
    ),
    (
        "context.step(use(1), 'use_it', retry_strategy=RetryPresets.none())",
        "context.step(use(1), 'use_it', config=StepConfig(retry_strategy=RetryPresets.none()))",
    ),
    ("context.create_callback(CallbackConfig())", "context.create_callback(config=CallbackConfig())"),
]

UNTOUCHED = [
    "context.step(('use_it'), use(1))",
    "context.step(f'use_{event}', event['function'], event['config'])",
    "context.invoke('billing:1')",
    "context.step()",
    "context.wait(seconds=0)",
    "context.wait(seconds=1.5)",
    "context.wait(milliseconds=1500)",
    "context.wait(seconds=5, minutes=1)",
    "context.parallel(branch, (branch))",
    "context.parallel(branch, event['other'])",
    "RetryStrategyConfig(initial_delay_seconds=1, unheard_of=2)",
    "RetryStrategyConfig(initial_delay_seconds=1, initial_delay=None)",
    "context.step(use(1), retry_strategy=None, name='x', step_semantics=None)",
    "f\"{context.step('use_it', use(1))}\"",
    "context.map(each, *event)",
]


@pytest.mark.parametrize(("call", "right"), CALLS)
def test_calls_are_rewritten(call: str, right: str, tmp_path: Path) -> None:
    program = f"{ABOVE}    return {call}  # it\n"
    assert fixed(tmp_path, program, "DUR901").decode() == f"{ABOVE}    return {right}  # it\n"
    assert [finding for finding in findings(tmp_path) if finding.code == "DUR901"] == []


@pytest.mark.parametrize("call", UNTOUCHED)
def test_calls_that_do_not_tell_what_was_meant_stay(call: str, tmp_path: Path) -> None:
    program = f"{ABOVE}    return {call}"
    assert fixed(tmp_path, program, "DUR901").decode() == program


def test_lengths_that_are_not_seen_need_a_look(tmp_path: Path) -> None:
    program = f"{ABOVE}    context.wait(seconds=event['pause'], name='pause_wait')\n"
    assert fixed(tmp_path / "safe", program, "DUR901", safeties=(Safety.SAFE,)).decode() == program
    right = program.replace("seconds=event['pause']", "Duration.from_seconds(event['pause'])")
    assert fixed(tmp_path / "all", program, "DUR901").decode() == right


def test_layout_comments_and_line_ends_stay(tmp_path: Path) -> None:
    body = """\
    results = context.parallel(
        branch,  # first
        # then
        branch,
    )
    context.wait(  # a pause
        seconds=5,  # five
    ); context.wait(seconds=6)
\tif event: context.step("use_it", # named
            use(1) # used
        )
    return results
""".replace("\tif", "    if")
    right = """\
    results = context.parallel(
        [branch,  # first
        # then
        branch],
    )
    context.wait(  # a pause
        Duration.from_seconds(5),  # five
    ); context.wait(Duration.from_seconds(6))
    if event: context.step(use(1), # named
            name="use_it" # used
        )
    return results
"""
    for number, ends in enumerate(("\n", "\r\n")):
        program = f"{ABOVE}{body}".replace("\n", ends).encode()
        assert fixed(tmp_path / str(number), program, "DUR901") == f"{ABOVE}{right}".replace("\n", ends).encode()


def test_what_is_missing_is_imported_as_the_file_imports(tmp_path: Path) -> None:
    program = """\
import aws_durable_execution_sdk_python as durable


@durable.durable_execution
def handler(event: dict, context: durable.DurableContext) -> None:
\tcontext.wait(seconds=5)"""
    right = program.replace("seconds=5", "durable.config.Duration.from_seconds(5)")
    assert fixed(tmp_path, program, "DUR901").decode() == right


TYPES = [
    ("StepConfig(RetryStrategyConfig())", "StepConfig(create_retry_strategy(RetryStrategyConfig()))"),
    ("StepConfig(retry_strategy=RetryPresets.none)", "StepConfig(retry_strategy=RetryPresets.none())"),
    ("StepConfig(retry_strategy=create_retry_strategy)", "StepConfig(retry_strategy=create_retry_strategy())"),
    ("context.step(use(1), config=StepConfig)", "context.step(use(1), config=StepConfig())"),
    (
        "context.step(use(1), config=RetryPresets.none())",
        "context.step(use(1), config=StepConfig(retry_strategy=RetryPresets.none()))",
    ),
    (
        "context.step(use(1), config=RetryStrategyConfig())",
        "context.step(use(1), config=StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig())))",
    ),
]

TYPES_LEFT = [
    "context.step(use(1), config={'retry_strategy': None})",
    "context.step(use(1), config=CallbackConfig())",
    "WaitForConditionConfig(RetryStrategyConfig(), {})",
    "StepConfig(retry_strategy=RetryPresets)",
    "StepConfig(retry_strategy={'max_attempts': 3})",
    "StepConfig(step_semantics='AT_MOST_ONCE')",
]


@pytest.mark.parametrize(("call", "right"), TYPES)
def test_what_is_given_goes_into_what_is_wanted(call: str, right: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, f"{ABOVE}    return {call}\n", "DUR904").decode() == f"{ABOVE}    return {right}\n"
    assert [finding for finding in findings(tmp_path) if finding.code == "DUR904"] == []


@pytest.mark.parametrize("call", TYPES_LEFT)
def test_types_with_more_than_one_way_stay(call: str, tmp_path: Path) -> None:
    program = f"{ABOVE}    return {call}\n"
    assert fixed(tmp_path, program, "DUR904").decode() == program
    assert [finding.code for finding in findings(tmp_path) if finding.code == "DUR904"] == ["DUR904"]


def test_a_member_of_an_enum_is_imported(tmp_path: Path) -> None:
    program = (
        f"{ABOVE}    return StepConfig(step_semantics='AT_MOST_ONCE_PER_RETRY', retry_strategy=RetryPresets.none())\n"
    )
    right = program.replace("'AT_MOST_ONCE_PER_RETRY'", "StepSemantics.AT_MOST_ONCE_PER_RETRY").replace(
        "MapConfig, StepConfig", "MapConfig, StepConfig, StepSemantics"
    )
    assert fixed(tmp_path, program, "DUR904").decode() == right


NAMES = [
    (
        "from {sdk}.retries import RetryPreset\nx = RetryPreset.none()",
        "from {sdk}.retries import RetryPresets\nx = RetryPresets.none()",
    ),
    (
        "from {sdk}.retries import RetryPreset as R\nx = R.none()",
        "from {sdk}.retries import RetryPresets as R\nx = R.none()",
    ),
    ("from {sdk} import Duration", "from {sdk}.config import Duration"),
    (
        "from {sdk} import DurableContext, Duration, StepContext\nx = Duration(5)\n",
        "from {sdk} import DurableContext, StepContext\nfrom {sdk}.config import Duration\nx = Duration(5)\n",
    ),
    (
        "from {sdk} import (\n    Duration,\n    DurableContext,\n    StepContext,\n)\nx = 5\n",
        "from {sdk} import (\n    DurableContext,\n    StepContext,\n)\nfrom {sdk}.config import Duration\nx = 5\n",
    ),
    (
        "from {sdk} import (\n    DurableContext,  # the context\n    Duration,\n)\nx = Duration(5)\n",
        "from {sdk} import (\n    DurableContext,  # the context\n    Duration,\n)\nx = Duration(5)\n",
    ),
    (
        "from {sdk}.config import StepConfig\nfrom {sdk} import DurableContext, Duration\nx = Duration(5)\n",
        "from {sdk}.config import Duration, StepConfig\nfrom {sdk} import DurableContext\nx = Duration(5)\n",
    ),
    ("from {sdk}.retry import RetryPresets", "from {sdk}.retries import RetryPresets"),
    ("from {sdk}.configs.x import RetryPresets", "from {sdk}.configs.x import RetryPresets"),
    (
        "from {sdk} import retries\nx = retries.RetryPreset.none()",
        "from {sdk} import retries\nx = retries.RetryPresets.none()",
    ),
    (
        "from {sdk}.config import StepSemantic\n__all__ = ['StepSemantic']",
        "from {sdk}.config import StepSemantic\n__all__ = ['StepSemantic']",
    ),
    (
        "from {sdk}.config import StepSemantics\nx = StepSemantics.NEVER",
        "from {sdk}.config import StepSemantics\nx = StepSemantics.NEVER",
    ),
    ("from {sdk}.config import ItemBatcher", "from {sdk}.config import ItemBatcher"),
    (
        "def f():\n    from {sdk}.config import Durations\n    return Durations()",
        "def f():\n    from {sdk}.config import Durations\n    return Durations()",
    ),
    ("from {sdk}.config import Durations\nDurations = None", "from {sdk}.config import Durations\nDurations = None"),
]


@pytest.mark.parametrize(("text", "right"), NAMES)
def test_names_are_corrected(text: str, right: str, tmp_path: Path) -> None:
    sdk = "aws_durable_execution_sdk_python"
    assert fixed(tmp_path, text.format(sdk=sdk), "DUR902").decode() == right.format(sdk=sdk)
