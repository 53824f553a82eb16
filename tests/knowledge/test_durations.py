"""What is recorded of durations, tried on the installed SDK and compared with the service's model."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from aws_durable_execution_sdk_python import ValidationError
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.context import DurableContext
from aws_durable_execution_sdk_python.retries import (
    LinearRetryStrategyConfig,
    RetryDecision,
    RetryPresets,
    RetryStrategyConfig,
    create_linear_retry_strategy,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.waits import WaitForConditionDecision, WaitStrategyConfig, create_wait_strategy

from durable_lint.knowledge.durations import durations
from durable_lint.knowledge.sdk import LINES, Line, facts

PACKAGE = "aws_durable_execution_sdk_python"


def test_places_and_makers_exist() -> None:
    for call, places in durations().places.items():
        names = {parameter.name for line in LINES for parameter in facts(line).parameters(call) or ()}
        assert {place.parameter for place in places} <= names, call
    for maker in durations().units:
        assert all(facts(line).parameters(maker) for line in LINES), maker


@pytest.mark.parametrize("line", LINES)
def test_every_field_whose_default_is_a_duration_is_a_place(line: Line) -> None:
    recorded = {(call, place.parameter) for call, places in durations().places.items() for place in places}
    for module in ("config", "retries", "waits"):
        for name in facts(line).exports(f"{PACKAGE}.{module}") or ():
            for field in facts(line).fields(name) or ():
                is_duration = (field.default or "").startswith("Duration(")
                assert not is_duration or (name, field.name) in recorded


def test_units() -> None:
    for maker, seconds in durations().units.items():
        name = maker.partition(".")[2]
        made = getattr(Duration, name)(3) if name else Duration(3)
        assert made.to_seconds() == 3 * seconds
    assert Duration.from_seconds(0.5).to_seconds() == 0
    for value in (timedelta(minutes=1), None, Duration(1)):
        with pytest.raises(TypeError):
            Duration.from_seconds(value)


def _with(value: Any) -> list[Callable[[], object]]:
    error = ValueError()
    return [
        lambda: DurableContext.wait(object(), value),
        lambda: CallbackConfig(timeout=value).timeout_seconds,
        lambda: CallbackConfig(heartbeat_timeout=value).heartbeat_timeout_seconds,
        lambda: create_retry_strategy(RetryStrategyConfig(initial_delay=value))(error, 1),
        lambda: create_retry_strategy(RetryStrategyConfig(max_delay=value))(error, 1),
        lambda: create_linear_retry_strategy(LinearRetryStrategyConfig(increment=value))(error, 2),
        lambda: create_wait_strategy(WaitStrategyConfig(lambda state: True, initial_delay=value))(1, 1),
        lambda: RetryDecision.retry(value).delay_seconds,
        lambda: WaitForConditionDecision.continue_waiting(value).delay_seconds,
    ]


@pytest.mark.parametrize("value", [5, 5.0, timedelta(seconds=5), None], ids=str)
def test_what_is_no_duration_has_no_seconds(value: object) -> None:
    for use in _with(value):
        with pytest.raises(AttributeError, match="to_seconds"):
            use()


def test_none_is_taken_where_the_table_says() -> None:
    optional = [(call, p.parameter) for call, places in durations().places.items() for p in places if p.is_optional]
    assert optional == [("RetryPresets.fixed", "interval")]
    assert RetryPresets.fixed(None)(ValueError(), 1).should_retry
    with pytest.raises(AttributeError, match="to_seconds"):
        RetryPresets.fixed(5)(ValueError(), 1)  # type: ignore[arg-type]


def test_the_shortest() -> None:
    with pytest.raises(ValidationError):
        DurableContext.wait(object(), Duration(0))  # type: ignore[arg-type]
    assert CallbackConfig().timeout_seconds == CallbackConfig(timeout=Duration(0)).timeout_seconds == 0
    decide = create_retry_strategy(RetryStrategyConfig(initial_delay=Duration(0)))
    assert decide(ValueError(), 1).delay_seconds == 1


def test_the_longest_are_the_services() -> None:
    model = boto3.client("lambda", region_name="us-east-1").meta.service_model

    def bounds(shape: str, member: str) -> tuple[int, int]:
        limits = model.shape_for(shape).members[member].metadata
        return limits["min"], limits["max"]

    places = {place.use: place for found in durations().places.values() for place in found}
    assert bounds("WaitOptions", "WaitSeconds") == (places["wait"].shortest, places["wait"].longest)
    for member in ("TimeoutSeconds", "HeartbeatTimeoutSeconds"):
        assert bounds("CallbackOptions", member) == (places["timeout"].shortest, places["timeout"].longest)
    assert bounds("StepOptions", "NextAttemptDelaySeconds")[1] == places["delay"].longest
    assert bounds("DurableConfig", "ExecutionTimeout")[1] == durations().longest_execution


def test_the_table_names_nothing_else() -> None:
    for call in durations().places:
        owner, _, method = call.partition(".")
        homes = [importlib.import_module(f"{PACKAGE}.{home}") for home in ("config", "retries", "waits", "context")]
        found = next(getattr(home, owner) for home in homes if hasattr(home, owner))
        assert not method or callable(getattr(found, method))
