"""The same programs in AWS's local runner with AWS's SDK, and in ours with either SDK: they come to the same."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import aws_durable_execution_sdk_python_testing as aws_testing
import durable_runtime.testing as own_testing
import pytest

Runner = Any


@dataclass(frozen=True)
class Program:
    """A durable function, and what a test does with it."""

    handler: Callable[..., Any]
    input: Any = dataclasses.field(default_factory=dict)
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    before: Callable[[Runner], object] = lambda runner: None
    meanwhile: Callable[[Runner, str], object] = lambda runner, arn: None


PROGRAMS: dict[str, Callable[[SimpleNamespace], Program]] = {}


@dataclass(frozen=True)
class Side:
    """An SDK in a runner."""

    package: str
    testing: ModuleType

    def sdk(self) -> SimpleNamespace:
        """All names of the SDK that programs use, in one place."""
        modules = ("", ".config", ".retries", ".waits", ".lambda_service", ".types")
        return SimpleNamespace(**{k: v for m in modules for k, v in vars(import_module(self.package + m)).items()})


AWS = Side("aws_durable_execution_sdk_python", aws_testing)
SIDES = {
    "runtime": Side("durable_runtime", own_testing),
    "aws-sdk-in-runtime": Side("aws_durable_execution_sdk_python", own_testing),
}


def program(function: Callable[[SimpleNamespace], Program]) -> None:
    """Register a program, which is made when it is known with which SDK."""
    PROGRAMS[function.__name__] = function


@program
def steps_and_waits(sdk):
    @sdk.durable_step
    def double(step_context, number):
        return {"doubled": 2 * number, "attempt": step_context.attempt}

    @sdk.durable_execution
    def handler(event, context):
        first = context.step(double(event["number"]))
        context.wait(sdk.Duration.from_hours(2), name="pause")
        context.wait(sdk.Duration.from_seconds(1))
        return [first, context.step(lambda _: "unnamed"), context.step(lambda _: None, name="nothing")]

    return Program(handler, {"number": 4})


@program
def retries(sdk):
    def shaky(step_context):
        if step_context.attempt < 3:
            raise OSError(f"attempt {step_context.attempt}")
        return step_context.attempt

    @sdk.durable_execution
    def handler(event, context):
        strategy = sdk.RetryPresets.fixed(interval=sdk.Duration.from_seconds(7))
        return context.step(shaky, name="shaky", config=sdk.StepConfig(retry_strategy=strategy))

    return Program(handler)


@program
def a_failing_step(sdk):
    def broken(step_context):
        raise KeyError("no such thing")

    @sdk.durable_execution
    def handler(event, context):
        context.step(broken, name="broken", config=sdk.StepConfig(retry_strategy=sdk.RetryPresets.none()))

    return Program(handler)


@program
def a_failing_handler(sdk):
    @sdk.durable_execution
    def handler(event, context):
        raise RuntimeError("out of ink")

    return Program(handler)


@program
def a_result_that_is_no_json(sdk):
    @sdk.durable_execution
    def handler(event, context):
        return {1, 2}

    return Program(handler)


@program
def child_contexts(sdk):
    def inner(context):
        context.wait(sdk.Duration.from_minutes(1), name="inner pause")
        return context.step(lambda _: "deep", name="inner step")

    def outer(context):
        return [context.run_in_child_context(inner, name="inner"), context.step(lambda _: 1, name="after")]

    @sdk.durable_execution
    def handler(event, context):
        return context.run_in_child_context(outer, name="outer")

    return Program(handler)


@program
def a_failing_child(sdk):
    def inner(context):
        raise ValueError("wrong size")

    @sdk.durable_execution
    def handler(event, context):
        return context.run_in_child_context(inner, name="inner")

    return Program(handler)


@program
def parallel_branches(sdk):
    @sdk.durable_execution
    def handler(event, context):
        def branch(name):
            return sdk.ParallelBranch(lambda child: child.step(lambda _: name, name=f"say {name}"), name=name)

        return context.parallel([branch("a"), branch("b"), branch("c")], name="choir").get_results()

    return Program(handler)


@program
def a_map_with_failures(sdk):
    def check(context, item, index, items):
        if item == 2:
            raise ValueError("two")
        return item * 10

    @sdk.durable_execution
    def handler(event, context):
        config = sdk.MapConfig(completion_config=sdk.CompletionConfig.all_completed(), max_concurrency=1)
        batch = context.map([1, 2, 3], check, name="checks", config=config)
        return [batch.get_results(), [error.message for error in batch.get_errors()], batch.completion_reason.value]

    return Program(handler)


@program
def a_condition(sdk):
    @sdk.durable_execution
    def handler(event, context):
        def strategy(state, attempt):
            if state >= 3:
                return sdk.WaitForConditionDecision.stop_polling()
            return sdk.WaitForConditionDecision.continue_waiting(sdk.Duration.from_seconds(30))

        config = sdk.WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
        return context.wait_for_condition(lambda state, _: state + 1, config, name="filling")

    return Program(handler)


def _complete(send: Callable[[Runner, str], None], name: str | None = None) -> Callable[[Runner, str], None]:
    return lambda runner, arn: send(runner, runner.wait_for_callback(arn, name=name))


@program
def a_callback_that_succeeds(sdk):
    @sdk.durable_execution
    def handler(event, context):
        return context.create_callback(name="letter").result()

    return Program(
        handler,
        meanwhile=_complete(lambda runner, callback: runner.send_callback_success(callback, b'{"a": 1}'), "letter"),
    )


@program
def a_callback_without_result(sdk):
    @sdk.durable_execution
    def handler(event, context):
        return context.create_callback(name="letter").result()

    return Program(handler, meanwhile=_complete(lambda runner, callback: runner.send_callback_success(callback)))


@program
def a_callback_that_fails(sdk):
    @sdk.durable_execution
    def handler(event, context):
        return context.wait_for_callback(lambda callback_id, _: None, name="letter")

    error = sdk.ErrorObject("lost", "post.Lost", "data", ["line 1"])
    return Program(handler, meanwhile=_complete(lambda runner, callback: runner.send_callback_failure(callback, error)))


@program
def a_callback_that_fails_without_error(sdk):
    @sdk.durable_execution
    def handler(event, context):
        try:
            context.create_callback(name="letter").result()
        except sdk.CallbackError as error:
            return [type(error).__name__, error.message, error.error_type]

    return Program(handler, meanwhile=_complete(lambda runner, callback: runner.send_callback_failure(callback)))


@program
def a_callback_that_times_out(sdk):
    @sdk.durable_execution
    def handler(event, context):
        config = sdk.CallbackConfig(timeout=sdk.Duration.from_seconds(1))
        return context.create_callback(name="letter", config=config).result()

    return Program(handler)


@program
def a_callback_without_heartbeat(sdk):
    @sdk.durable_execution
    def handler(event, context):
        config = sdk.WaitForCallbackConfig(
            timeout=sdk.Duration.from_hours(1), heartbeat_timeout=sdk.Duration.from_seconds(1)
        )
        return context.wait_for_callback(lambda callback_id, _: None, name="letter", config=config)

    return Program(handler)


@program
def an_execution_that_times_out(sdk):
    @sdk.durable_execution
    def handler(event, context):
        context.wait(sdk.Duration.from_hours(1), name="does not count")
        return context.create_callback(name="letter").result()

    return Program(handler, options={"execution_timeout": 1})


@program
def invokes(sdk):
    @sdk.durable_execution
    def triple(event, context):
        context.wait(sdk.Duration.from_minutes(5), name="thinking")
        return 3 * event["number"]

    @sdk.durable_execution
    def failing(event, context):
        raise ValueError("cannot")

    @sdk.durable_execution
    def handler(event, context):
        results = [
            context.invoke("triple", {"number": 4}, name="durable"),
            context.invoke("plain", [1, 2], name="plain"),
        ]
        for name in ("failing", "raising"):
            try:
                context.invoke(name, None, name=name)
            except sdk.InvokeError as error:
                results.append([error.error_type, error.message])
        return results

    def raising(event, context):
        raise LookupError("nowhere")

    def before(runner):
        runner.register_durable_function("triple", triple).register_durable_function("failing", failing)
        runner.register_function("plain", lambda event, context: {"sum": sum(event)})
        runner.register_function("raising", raising)

    return Program(handler, before=before)


def _told(input: Any) -> Callable[[SimpleNamespace], Program]:
    def made(sdk):
        @sdk.durable_execution
        def handler(event, context):
            return event

        return Program(handler, input)

    return made


PROGRAMS |= {f"input_{name}": _told(input) for name, input in [
    ("none", None), ("object", '{"a": [1, null]}'), ("text", "hello there"), ("json_text", '"hello"'),
    ("number", "12"), ("empty", ""), ("dict", {"a": 1}),
]}  # fmt: skip


@contextmanager
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _outcome(side: Side, name: str) -> dict[str, Any]:
    program = PROGRAMS[name](side.sdk())
    with _quiet(), side.testing.DurableFunctionTestRunner(program.handler, poll_interval=0.02) as runner:
        program.before(runner)
        arn = runner.run_async(program.input, **program.options)
        program.meanwhile(runner, arn)
        result = runner.wait_for_result(arn, timeout=30)
        history = runner.get_execution_history(arn, include_execution_data=True)
    events = [_identity(event) for event in history.events]
    return {
        **_plain(result),
        "all operations": sorted(operation.operation_id for operation in result.get_all_operations()),
        # Branches, and functions that are called on the side, make events in no particular order.
        "events": sorted(events) if name in ("parallel_branches", "invokes") else events,
    }


def _identity(event: Any) -> tuple[str, ...]:
    operation_id = None if event.event_type.startswith("Execution") else event.operation_id
    return tuple(map(str, (event.event_type, operation_id, event.name, event.sub_type, event.parent_id)))


def _plain(value: Any) -> Any:
    """Results as values of Python alone, without what differs from run to run."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        plain = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        plain |= {key: "is set" for key in plain if key.endswith(("timestamp", "callback_id")) and plain[key]}
        return {"class": type(value).__name__, **plain}
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        # Branches start in no particular order.
        return sorted(items, key=lambda item: item["operation_id"]) if items and isinstance(items[0], dict) else items
    return str(value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def expected() -> Callable[[str], dict[str, Any]]:
    """What AWS's runner comes to; each program runs there once."""
    known: dict[str, dict[str, Any]] = {}

    def outcome(name: str) -> dict[str, Any]:
        if name not in known:
            known[name] = _outcome(AWS, name)
        return known[name]

    return outcome


@pytest.mark.long
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("side", SIDES)
def test_comes_to_the_same(side: str, name: str, expected: Callable[[str], dict[str, Any]]) -> None:
    assert _outcome(SIDES[side], name) == expected(name)
