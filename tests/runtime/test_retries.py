from __future__ import annotations

import random
import re
from typing import Any

import aws_durable_execution_sdk_python.config as aws_config
import aws_durable_execution_sdk_python.retries as aws
import durable_runtime.config as our_config
import durable_runtime.retries as ours
import pytest
from durable_runtime.exceptions import SuspendExecution
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import plain

ERRORS = (ValueError("timed out"), KeyError("x"), RuntimeError(""), TimeoutError("timed out after 3 s"))

config_fields = st.fixed_dictionaries(
    {},
    optional={
        "max_attempts": st.integers(0, 8),
        "initial_delay": st.integers(0, 100),
        "max_delay": st.integers(0, 200),
        "jitter_strategy": st.sampled_from(["NONE", "FULL", "HALF"]),
        "retryable_errors": st.none()
        | st.lists(st.sampled_from(["timed", "x", re.compile(r"after \d"), re.compile("^$")])),
        "retryable_error_types": st.none() | st.lists(st.sampled_from([ValueError, KeyError, OSError])),
    },
)


def configured(package: Any, config: Any, name: str, fields: dict[str, Any]) -> Any:
    """A config of one of the packages from plain data."""
    made = dict(fields)
    for field in ("initial_delay", "max_delay", "increment"):
        if field in made:
            made[field] = config.Duration(made[field])
    if "jitter_strategy" in made:
        made["jitter_strategy"] = config.JitterStrategy(made["jitter_strategy"])
    return getattr(package, name)(**made)


def decisions(strategy: Any) -> list[Any]:
    random.seed(3)
    return [
        (plain(strategy(error, attempt)), strategy(error, attempt).delay_seconds)
        for error in ERRORS
        for attempt in range(1, 9)
    ]


@settings(deadline=None)
@given(config_fields, st.fixed_dictionaries({}, optional={"backoff_rate": st.sampled_from([1, 1.5, 2, 3.0])}))
def test_exponential_strategies_decide_as_those_of_aws(fields: dict[str, Any], rate: dict[str, Any]) -> None:
    mine = configured(ours, our_config, "RetryStrategyConfig", fields | rate)
    theirs = configured(aws, aws_config, "RetryStrategyConfig", fields | rate)
    assert plain(mine) == plain(theirs)
    assert (mine.initial_delay_seconds, mine.max_delay_seconds) == (
        theirs.initial_delay_seconds,
        theirs.max_delay_seconds,
    )
    assert decisions(ours.create_retry_strategy(mine)) == decisions(aws.create_retry_strategy(theirs))


@settings(deadline=None)
@given(config_fields, st.fixed_dictionaries({}, optional={"increment": st.integers(0, 50)}))
def test_linear_strategies_decide_as_those_of_aws(fields: dict[str, Any], increment: dict[str, Any]) -> None:
    mine = configured(ours, our_config, "LinearRetryStrategyConfig", fields | increment)
    theirs = configured(aws, aws_config, "LinearRetryStrategyConfig", fields | increment)
    assert mine.increment_seconds == theirs.increment_seconds
    assert decisions(ours.create_linear_retry_strategy(mine)) == decisions(aws.create_linear_retry_strategy(theirs))


@pytest.mark.parametrize(
    "preset", ["none", "default", "transient", "resource_availability", "critical", "linear", "fixed"]
)
def test_presets_decide_as_those_of_aws(preset: str) -> None:
    assert decisions(getattr(ours.RetryPresets, preset)()) == decisions(getattr(aws.RetryPresets, preset)())


def test_a_fixed_preset_takes_its_interval() -> None:
    mine, theirs = (
        decisions(package.RetryPresets.fixed(config.Duration(9)))
        for package, config in ((ours, our_config), (aws, aws_config))
    )
    assert mine == theirs
    assert mine[0][1] == 9


@pytest.mark.parametrize("package", [ours, aws])
def test_strategies_without_a_config_are_those_of_the_default_config(package: Any) -> None:
    assert decisions(package.create_retry_strategy()) == decisions(
        package.create_retry_strategy(package.RetryStrategyConfig())
    )
    assert decisions(package.create_linear_retry_strategy()) == decisions(
        package.create_linear_retry_strategy(package.LinearRetryStrategyConfig())
    )


def test_a_config_that_is_changed_later_changes_the_strategy_as_with_aws() -> None:
    for package in (ours, aws):
        config = package.RetryStrategyConfig(max_attempts=2)
        strategy = package.create_retry_strategy(config)
        config.max_attempts = 5
        assert strategy(ValueError(), 3).should_retry


class Context:
    """Stands in for a DurableContext and notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def wait(self, duration: Any, name: str | None = None) -> None:
        self.asked.append(("wait", duration.to_seconds(), name))

    def run_in_child_context(self, func: Any, name: str | None = None, config: Any = None) -> Any:
        self.asked.append(("child", name, config))
        return func(self)


def attempts(package: Any, config: Any, failures: int, name: str | None, **options: Any) -> Any:
    context, seen = Context(), []

    def block(ctx: Any, attempt: int) -> str:
        seen.append((ctx is context, attempt))
        if attempt <= failures:
            raise ValueError(f"attempt {attempt}")
        return "done"

    settings = package.WithRetryConfig(
        retry_strategy=package.create_retry_strategy(
            package.RetryStrategyConfig(jitter_strategy=config.JitterStrategy.NONE)
        ),
        **options,
    )
    try:
        result = package.with_retry(context, block, settings, name)
    except ValueError as error:
        result = str(error)
    return result, seen, context.asked


@pytest.mark.parametrize("failures", [0, 1, 5])
@pytest.mark.parametrize("name", [None, "", "block"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_with_retry_asks_the_context_as_that_of_aws_does(failures: int, name: str | None, wrapped: bool) -> None:
    options = {"wrap_with_run_in_child_context": wrapped, "child_context_config": "config"}
    mine = attempts(ours, our_config, failures, name, **options)
    assert mine == attempts(aws, aws_config, failures, name, **options)
    assert mine[1], "the block never ran"


def test_with_retry_does_not_retry_a_suspension() -> None:
    context = Context()

    def suspends(ctx: Any, attempt: int) -> None:
        raise SuspendExecution("later")

    with pytest.raises(SuspendExecution):
        ours.with_retry(context, suspends, ours.WithRetryConfig())  # type: ignore[arg-type]
    assert context.asked == [("child", None, None)]


def test_a_strategy_is_asked_for_by_name_when_a_config_is_passed() -> None:
    with pytest.raises(TypeError, match=r"WithRetryConfig.retry_strategy must be .*create_retry_strategy"):
        ours.WithRetryConfig(retry_strategy=ours.RetryStrategyConfig())  # type: ignore[arg-type]
