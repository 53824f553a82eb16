"""Wrong arguments raise at once, name the parameter and say what was expected; nothing is recorded."""

from __future__ import annotations

import asyncio
import datetime
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest
from durable_runtime import ValidationError, durable_execution, durable_step, durable_with_child_context
from durable_runtime.config import (
    CallbackConfig,
    CompletionConfig,
    Duration,
    InvokeConfig,
    MapConfig,
    ParallelBranch,
    ParallelConfig,
    StepConfig,
)
from durable_runtime.strict import ReplayJournal, strict_replay
from durable_runtime.waits import WaitForConditionConfig, WaitForConditionDecision

from tests.runtime.core.memory_service import MemoryService, drive
from tests.runtime.core.sdks import AWS, Sdk

SECOND = Duration.from_seconds(1)
CONDITION = WaitForConditionConfig(wait_strategy=lambda *_: WaitForConditionDecision.stop_polling(), initial_state=0)


def function(*_: Any) -> int:
    return 1


async def coroutine(*_: Any) -> int:
    return 1


def generator(*_: Any) -> Iterator[int]:
    yield 1


async def async_generator(*_: Any) -> AsyncIterator[int]:
    yield 1


class AsyncCallable:
    async def __call__(self, *_: Any) -> int:
        return 1


@durable_step
def charge(context: Any) -> int:
    return 1


@durable_with_child_context
def ship(context: Any) -> int:
    return 1


def error_of(ours: Sdk, call: Callable[[Any], Any]) -> BaseException:
    """Return what a call of an operation raises, having made sure that nothing came of it."""
    service = MemoryService(ours)
    errors: list[BaseException] = []

    def handler(event: Any, context: Any) -> None:
        try:
            call(context)
        except Exception as error:
            errors.append(error)

    drive(ours.durable_execution(handler), service)
    (error,) = errors
    assert service.requests == []
    return error


WRONG: list[tuple[Callable[[Any], Any], str]] = [
    (lambda c: c.step("name", function), r"step: func must be a function that takes a StepContext, got 'name' \(str\)"),
    (lambda c: c.step("name", function), r"the function comes first: step\(func, name\)"),
    (lambda c: c.step(function()), r"step: func must be .*, got 1 \(int\)"),
    (lambda c: c.step(function, 5), r"step: name must be a string or None, got 5 \(int\)"),
    (lambda c: c.step(function, StepConfig()), r"step: name .* got StepConfig; pass a config by its name"),
    (lambda c: c.step(function, config=CallbackConfig()), r"step: config must be a StepConfig or None, got CallbackC"),
    (lambda c: c.step(function, config={"retries": 3}), r"step: config must be a StepConfig or None, got dict"),
    (lambda c: c.wait(5), r"wait: duration must be a Duration, got 5 \(int\); .*wait\(Duration.from_seconds\(5\)\)"),
    (lambda c: c.wait(datetime.timedelta(seconds=5)), r"wait: duration must be a Duration, got timedelta"),
    (lambda c: c.wait("name", SECOND), r"wait: duration .* the duration comes first: wait\(duration, name\)"),
    (lambda c: c.wait(SECOND, 5), r"wait: name must be a string"),
    (lambda c: c.wait(Duration(seconds=1.5)), r"wait: duration must be a whole number of seconds"),  # type: ignore[arg-type]
    (lambda c: c.map(function, [1]), r"map: inputs .* the inputs come first: map\(inputs, func\)"),
    (lambda c: c.map(5, function), r"map: inputs must be a sequence, got 5"),
    (lambda c: c.map([1], [2]), r"map: func must be a function that takes \(context, item, index, items\), got list"),
    (lambda c: c.map([1], function, config=ParallelConfig()), r"map: config must be a MapConfig or None, got Parallel"),
    (lambda c: c.parallel(function, function), r"parallel: functions .* pass the branches as one list"),
    (lambda c: c.parallel("name", [function]), r"parallel: functions must be a list of functions, got 'name'"),
    (lambda c: c.parallel([function, 5]), r"parallel: functions\[1\] must be a function"),
    (lambda c: c.parallel([function], function), r"parallel: name .* further functions are no arguments"),
    (lambda c: c.parallel([function], config=MapConfig()), r"parallel: config must be a ParallelConfig or None"),
    (lambda c: c.parallel([ParallelBranch(coroutine)]), r"parallel: functions\[0\] .* coroutine function"),
    (lambda c: c.invoke(function, {}), r"invoke: function_name must be the name or ARN of a function, got function"),
    (lambda c: c.invoke("f", {}, InvokeConfig()), r"invoke: name must be a string or None, got InvokeConfig"),
    (lambda c: c.create_callback(CallbackConfig()), r"create_callback: name .* got CallbackConfig; pass a config by"),
    (lambda c: c.create_callback(config=StepConfig()), r"create_callback: config must be a CallbackConfig or None"),
    (lambda c: c.wait_for_callback("name", function), r"wait_for_callback: submitter .* comes first"),
    (lambda c: c.wait_for_callback(function, config=CallbackConfig()), r"config must be a WaitForCallbackConfig or"),
    (lambda c: c.wait_for_condition(function, "name"), r"wait_for_condition: config must be a WaitForConditionConfig"),
    (lambda c: c.wait_for_condition(function, "name"), r"the order is wait_for_condition\(check, config, name\)"),
    (lambda c: c.wait_for_condition("name", CONDITION), r"wait_for_condition: check must be a function"),
    (lambda c: c.wait_for_condition(function, CONDITION, 5), r"wait_for_condition: name must be a string"),
    (lambda c: c.run_in_child_context("name", function), r"run_in_child_context: func .* the function comes first"),
    (lambda c: c.run_in_child_context(function, config=StepConfig()), r"config must be a ChildConfig or None"),
    (lambda c: c.step(coroutine), r"step: func must be a plain function, but coroutine is a coroutine function"),
    (lambda c: c.step(functools.partial(coroutine, 1)), r"step: func .* coroutine is a coroutine function"),
    (lambda c: c.step(AsyncCallable()), r"step: func .* AsyncCallable is a coroutine function"),
    (lambda c: c.step(generator), r"step: func .* generator is a generator function; return a list"),
    (lambda c: c.step(async_generator), r"step: func .* async_generator is a coroutine function"),
    (lambda c: c.run_in_child_context(coroutine), r"run_in_child_context: func .* coroutine function"),
    (lambda c: c.map([1], coroutine), r"map: func .* coroutine function"),
    (lambda c: c.wait_for_callback(coroutine), r"wait_for_callback: submitter .* coroutine function"),
    (lambda c: c.wait_for_condition(coroutine, CONDITION), r"wait_for_condition: check .* coroutine function"),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_wrong_types(ours: Sdk, call: Callable[[Any], Any], message: str) -> None:
    error = error_of(ours, call)
    assert isinstance(error, TypeError)
    with pytest.raises(TypeError, match=message):
        raise error


INVALID: list[tuple[Callable[[Any], Any], str]] = [
    (lambda c: c.wait(Duration()), "duration must be at least 1 second"),
    (lambda c: c.wait_for_condition(None, CONDITION), "`check` is required for wait_for_condition"),
    (lambda c: c.wait_for_condition(function, None), "`config` is required for wait_for_condition"),
    (lambda c: c.step(charge), r"step: func is charge itself, which @durable_step decorates.*step\(charge\(…\)\)"),
    (lambda c: c.run_in_child_context(ship), "ship itself, which @durable_with_child_context decorates"),
    (
        lambda c: c.map([1], function, config=MapConfig(completion_config=CompletionConfig(min_successful=2))),
        "min_successful cannot be greater than total items: 2 > 1",
    ),
]


@pytest.mark.parametrize(("call", "message"), INVALID, ids=[message[:40] for _, message in INVALID])
def test_wrong_values(ours: Sdk, call: Callable[[Any], Any], message: str) -> None:
    error = error_of(ours, call)
    assert isinstance(error, ValidationError)
    with pytest.raises(ValidationError, match=message):
        raise error


def test_a_config_of_the_other_sdk_is_told_apart(ours: Sdk) -> None:
    theirs = Sdk(AWS).StepConfig()
    error = error_of(ours, lambda context: context.step(function, config=theirs))
    assert "got aws_durable_execution_sdk_python.config.StepConfig, a class of another package" in str(error)


@pytest.mark.parametrize("handler", [coroutine, generator, AsyncCallable(), functools.partial(coroutine)])
def test_handlers_that_would_not_run(handler: Any) -> None:
    with pytest.raises(TypeError, match="the function decorated with @durable_execution must be a plain function"):
        durable_execution(handler)


def test_a_handler_that_is_no_function() -> None:
    with pytest.raises(TypeError, match="durable_execution must decorate a function, got 'name'"):
        durable_execution("name")  # type: ignore[call-overload]


@pytest.mark.parametrize("decorator", [durable_step, durable_with_child_context])
def test_decorated_coroutines(decorator: Any) -> None:
    with pytest.raises(TypeError, match=rf"@{decorator.__name__} must be a plain function, but coroutine is"):
        decorator(coroutine)


HIDDEN: list[tuple[Callable[[Any], Any], str]] = [
    (lambda c: c.step(lambda _: coroutine(), name="s"), "the function of step 's' returned a coroutine, coroutine"),
    (lambda c: c.step(lambda _: generator()), "the function of a step without a name returned a generator, generator"),
    (lambda c: c.run_in_child_context(lambda _: coroutine(), name="c"), "the body of child context 'c' returned a cor"),
    (lambda c: c.map([1], lambda *_: coroutine()), "the body of map item 'map-item-0' returned a coroutine"),
    (lambda c: c.parallel([lambda _: generator()]), "the body of parallel branch 'parallel-branch-0' returned a gen"),
    (lambda c: c.wait_for_condition(lambda *_: coroutine(), CONDITION), "the check of a wait_for_condition without a"),
]


@pytest.mark.parametrize(("call", "message"), HIDDEN, ids=[message[:40] for _, message in HIDDEN])
def test_coroutines_behind_a_lambda_end_the_execution(
    ours: Sdk, call: Callable[[Any], Any], message: str, recwarn: pytest.WarningsRecorder
) -> None:
    run = drive(ours.durable_execution(lambda event, context: call(context)), MemoryService(ours))
    assert len(run.outputs) == 1
    assert message in run.error["ErrorMessage"]
    assert not [warning for warning in recwarn if "never awaited" in str(warning.message)]


def test_a_serdes_may_want_a_generator(ours: Sdk) -> None:
    class Listing(ours.SerDes):  # type: ignore[misc, name-defined]
        def serialize(self, value: Any, _: Any) -> str:
            return ",".join(map(str, value))

        def deserialize(self, data: str, _: Any) -> list[str]:
            return data.split(",")

    config = StepConfig(serdes=Listing())
    handler = durable_execution(lambda event, context: context.step(lambda _: generator(), config=config))
    assert drive(handler, MemoryService(ours)).result == '["1"]'


def test_mocks_are_functions_too(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        function = Mock(return_value=1)
        branches = [function, ParallelBranch(MagicMock(return_value=2))]
        return [
            context.step(function),
            context.run_in_child_context(function),
            *context.map([1], function).get_results(),
            *context.parallel(branches).get_results(),
        ]

    with strict_replay(ReplayJournal()):
        assert drive(ours.durable_execution(handler), MemoryService(ours)).result == "[1, 1, 1, 1, 2]"
    assert isinstance(error_of(ours, lambda context: context.step(AsyncMock())), TypeError)


def test_what_looks_odd_but_works(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> Any:
        return [
            context.step(functools.partial(function, 1), name=""),
            context.step(lambda _: asyncio.run(coroutine())),
            context.map((number for number in range(2)), lambda c, item, i, items: items).get_results(),
            context.map("ab", lambda c, item, *_: item).get_results(),
            context.parallel(branch for branch in (function, function)).get_results(),
        ]

    result = drive(ours.durable_execution(handler), MemoryService(ours)).result
    assert result == '[1, 1, [[0, 1], [0, 1]], ["a", "b"], [1, 1]]'
