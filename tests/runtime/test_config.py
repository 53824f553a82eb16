from __future__ import annotations

import dataclasses
import random
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aws_durable_execution_sdk_python.config as aws
import durable_runtime.config as ours
import pytest
from durable_runtime.exceptions import ValidationError
from durable_runtime.retries import RetryStrategyConfig, create_retry_strategy
from durable_runtime.serdes import JsonSerDes
from durable_runtime.waits import WaitForConditionConfig, WaitStrategyConfig, create_wait_strategy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import outcome

numbers = st.none() | st.integers(-3, 120) | st.floats(-1, 110, allow_nan=False)


@settings(deadline=None)
@given(st.integers(-5, 10**9) | st.floats(-2, 1e9, allow_nan=False))
@pytest.mark.parametrize("unit", ["from_seconds", "from_minutes", "from_hours", "from_days", "__call__"])
def test_durations_are_those_of_aws(unit: str, value: float) -> None:
    def make(package: Any) -> Any:
        duration = package.Duration(value) if unit == "__call__" else getattr(package.Duration, unit)(value)
        return duration, duration.to_seconds(), duration == package.Duration(duration.seconds)

    assert outcome(lambda: make(ours)) == outcome(lambda: make(aws))


@settings(deadline=None)
@given(min_successful=numbers, count=numbers, percentage=numbers, predicate=st.sampled_from([None, len, 3]))
def test_completion_configs_are_valid_where_those_of_aws_are(
    min_successful: Any, count: Any, percentage: Any, predicate: Any
) -> None:
    def make(package: Any) -> Any:
        return package.CompletionConfig(min_successful, count, percentage, predicate)

    mine, theirs = outcome(lambda: make(ours)), outcome(lambda: make(aws))
    assert mine == theirs
    if mine[0] == "returned":
        for total in (0, 1, 50):
            assert outcome(lambda: make(ours)._validate_for_total(total)) == outcome(  # noqa: B023
                lambda: make(aws)._validate_for_total(total)  # noqa: B023
            )


@pytest.mark.parametrize("name", ["first_successful", "all_completed", "all_successful"])
def test_ready_made_completion_configs(name: str) -> None:
    assert outcome(getattr(ours.CompletionConfig, name)) == outcome(getattr(aws.CompletionConfig, name))


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("outcome_name", [None, "SUCCEEDED", "FAILED"])
def test_completion_decisions(complete: bool, outcome_name: str | None) -> None:
    def decide(package: Any) -> Any:
        return package.CompletionDecision(complete, outcome_name and package.CompletionOutcome(outcome_name))

    assert outcome(lambda: decide(ours)) == outcome(lambda: decide(aws))
    assert outcome(ours.continue_batch) == outcome(aws.continue_batch)
    assert outcome(ours.complete_batch) == outcome(aws.complete_batch)


@pytest.mark.parametrize("sub_type", [None, "", "a", "a-B_9", "x" * 32, "x" * 33, "a b", "ä", "a.b"])
@pytest.mark.parametrize("name", ["StepConfig", "ChildConfig", "CallbackConfig", "WaitForCallbackConfig"])
def test_sub_types_are_valid_where_those_of_aws_are(name: str, sub_type: str | None) -> None:
    mine = outcome(lambda: getattr(ours, name)(sub_type=sub_type).sub_type)
    assert mine == outcome(lambda: getattr(aws, name)(sub_type=sub_type).sub_type)


@pytest.mark.parametrize("concurrency", [None, 1, 2.5, 0, -1])
@pytest.mark.parametrize("name", ["MapConfig", "ParallelConfig"])
def test_concurrency_is_valid_where_that_of_aws_is(name: str, concurrency: Any) -> None:
    mine = outcome(lambda: getattr(ours, name)(max_concurrency=concurrency).max_concurrency)
    assert mine == outcome(lambda: getattr(aws, name)(max_concurrency=concurrency).max_concurrency)


@pytest.mark.parametrize("jitter", ["NONE", "FULL", "HALF"])
@pytest.mark.parametrize("delay", [0, 0.2, 1, 7.5, 300])
def test_jitter_is_that_of_aws(jitter: str, delay: float) -> None:
    def delays(package: Any) -> list[float]:
        random.seed(7)
        strategy = package.JitterStrategy(jitter)
        return [strategy.apply_jitter(delay) for _ in range(5)] + [strategy.finalize_delay(delay) for _ in range(5)]

    assert delays(ours) == delays(aws)


def test_a_parallel_branch_calls_its_function() -> None:
    assert ours.ParallelBranch(func=lambda a, b=0: (a, b), name="n")(1, b=2) == (1, 2)


def test_callback_timeouts_in_seconds() -> None:
    config = ours.CallbackConfig(timeout=ours.Duration(5), heartbeat_timeout=ours.Duration.from_minutes(1))
    assert (config.timeout_seconds, config.heartbeat_timeout_seconds) == (5, 60)


def test_configs_are_frozen_and_can_be_replaced() -> None:
    config = ours.StepConfig(sub_type="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.sub_type = "b"  # type: ignore[misc]
    assert dataclasses.replace(config, sub_type="b") == ours.StepConfig(sub_type="b")


strategy_config = RetryStrategyConfig()
WRONG = [
    (lambda: ours.StepConfig(retry_strategy=strategy_config), "StepConfig.retry_strategy", "create_retry_strategy"),
    (lambda: ours.StepConfig(step_semantics="AT_MOST_ONCE_PER_RETRY"), "StepConfig.step_semantics", "StepSemantics."),
    (lambda: ours.StepConfig(serdes=JsonSerDes), "StepConfig.serdes", "JsonSerDes()"),
    (lambda: ours.StepConfig(serdes="json"), "StepConfig.serdes", "'json'"),
    (lambda: ours.StepConfig(sub_type=5), "StepConfig.sub_type", "5"),
    (lambda: ours.ChildConfig(summary_generator="short"), "ChildConfig.summary_generator", "'short'"),
    (lambda: ours.MapConfig(nesting_type="FLAT"), "MapConfig.nesting_type", "NestingType."),
    (lambda: ours.MapConfig(max_concurrency="3"), "MapConfig.max_concurrency", "'3'"),
    (lambda: ours.MapConfig(completion_config=3), "MapConfig.completion_config", "3"),
    (lambda: ours.MapConfig(item_namer="item"), "MapConfig.item_namer", "'item'"),
    (lambda: ours.ParallelConfig(completion_config=None), "ParallelConfig.completion_config", "NoneType"),
    (lambda: ours.ParallelConfig(item_serdes=3), "ParallelConfig.item_serdes", "3"),
    (lambda: ours.CompletionConfig(min_successful="1"), "CompletionConfig.min_successful", "'1'"),
    (lambda: ours.InvokeConfig(serdes_payload=dict), "InvokeConfig.serdes_payload", "dict"),
    (lambda: ours.InvokeConfig(tenant_id=7), "InvokeConfig.tenant_id", "7"),
    (lambda: ours.CallbackConfig(timeout=30), "CallbackConfig.timeout", "Duration.from_seconds"),
    (lambda: ours.CallbackConfig(heartbeat_timeout=timedelta(1)), "CallbackConfig.heartbeat_timeout", "timedelta"),
    (lambda: ours.WaitForCallbackConfig(timeout=None), "WaitForCallbackConfig.timeout", "NoneType"),
    (lambda: ours.WaitForCallbackConfig(retry_strategy=3), "WaitForCallbackConfig.retry_strategy", "3"),
    (lambda: ours.Duration("5"), "Duration.seconds", "'5'"),
    (lambda: ours.Duration(None), "Duration.seconds", "NoneType"),
    (lambda: RetryStrategyConfig(jitter_strategy="FULL"), "RetryStrategyConfig.jitter_strategy", "JitterStrategy."),
    (lambda: RetryStrategyConfig(initial_delay=5), "RetryStrategyConfig.initial_delay", "Duration.from_seconds"),
    (lambda: RetryStrategyConfig(retryable_errors="timeout"), "RetryStrategyConfig.retryable_errors", "list"),
    (lambda: RetryStrategyConfig(retryable_errors=[3]), "RetryStrategyConfig.retryable_errors", "3"),
    (
        lambda: RetryStrategyConfig(retryable_error_types=OSError),
        "RetryStrategyConfig.retryable_error_types",
        "OSError",
    ),
    (lambda: RetryStrategyConfig(max_attempts="3"), "RetryStrategyConfig.max_attempts", "'3'"),
    (lambda: WaitStrategyConfig(should_continue_polling=True), "WaitStrategyConfig.should_continue_polling", "True"),
    (
        lambda: WaitForConditionConfig(WaitStrategyConfig(bool), 0),
        "WaitForConditionConfig.wait_strategy",
        "create_wait_strategy",
    ),
]


@pytest.mark.parametrize(("make", "place", "hint"), WRONG, ids=[f"{place}-{hint}" for _, place, hint in WRONG])
def test_a_wrong_type_is_refused_where_it_is_given(make: Any, place: str, hint: str) -> None:
    with pytest.raises(TypeError, match=rf"^{re.escape(place)} must be .*{re.escape(hint)}"):
        make()


def test_duck_typed_values_pass() -> None:
    serdes = SimpleNamespace(serialize=str, deserialize=str)
    duration = SimpleNamespace(to_seconds=lambda: 3)
    assert ours.StepConfig(retry_strategy=create_retry_strategy(), serdes=serdes).serdes is serdes
    assert ours.CallbackConfig(timeout=duration).timeout_seconds == 3
    assert ours.Duration(seconds=0.5).to_seconds() == 0.5
    strategy = create_wait_strategy(WaitStrategyConfig(bool))
    assert WaitForConditionConfig(strategy, initial_state=None).wait_strategy is strategy


def test_values_of_the_right_type_that_cannot_work_are_validation_errors() -> None:
    with pytest.raises(ValidationError, match="max_concurrency must be at least 1, got: 0"):
        ours.MapConfig(max_concurrency=0)
