"""What plugins raise is logged; only what tells the thread to stop goes through."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

HOOKS = {
    "on_invocation_start": lambda sdk, executor: sdk.start(executor),
    "on_operation_start": lambda sdk, executor: executor.on_operation_action(sdk.update("1")),
    "on_operation_end": lambda sdk, executor: executor.on_operation_update(sdk.operation("1")),
    "on_user_function_start": lambda sdk, executor: executor.on_user_function_start(sdk.identifier("1")),
    "on_user_function_end": lambda sdk, executor: executor.on_user_function_end(
        executor.on_user_function_start(sdk.identifier("1")), None
    ),
    "on_invocation_end": lambda sdk, executor: executor.on_invocation_end(sdk.output()),
}
CONTROL = [KeyboardInterrupt, SystemExit, GeneratorExit]
CONTAINED = [ValueError, asyncio.CancelledError, type("Odd", (BaseException,), {})]


def raising(sdk: Any, hook: str, error: BaseException) -> Any:
    """A recorder that also raises in one hook."""

    def fail(plugin: Any, info: object) -> None:
        plugin.seen.append((hook, info))
        raise error

    return type("Raising", (sdk.recording(),), {hook: fail})()


def hooks_of(recorder: Any) -> list[str]:
    return [hook for hook, _ in recorder.seen]


def reach(sdk: Any, executor: Any, hook: str) -> None:
    """Bring the executor to a hook."""
    if hook != "on_invocation_start":
        sdk.start(executor)
    HOOKS[hook](sdk, executor)


@pytest.mark.parametrize("error", CONTAINED)
@pytest.mark.parametrize("hook", HOOKS)
def test_a_failing_hook_is_logged_and_the_next_plugin_is_called(
    sdk: Any, hook: str, error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = raising(sdk, hook, error("broken")), sdk.recorder()
    reach(sdk, sdk.executor(bad, good), hook)
    assert hook in hooks_of(good)
    [record] = [record for record in caplog.records if "exception ignored" in record.message]
    assert record.levelno == logging.ERROR
    assert record.message == "Plugin Raising exception ignored"
    assert record.exc_info and record.exc_info[0] is error


@pytest.mark.parametrize("error", CONTROL)
@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook != "on_invocation_end"])
def test_what_tells_the_thread_to_stop_goes_through_at_once(sdk: Any, hook: str, error: type[BaseException]) -> None:
    bad, later = raising(sdk, hook, error()), sdk.recorder()
    with pytest.raises(error):
        reach(sdk, sdk.executor(bad, later), hook)
    assert hook not in hooks_of(later)


def test_a_plugin_that_was_never_started_gets_no_other_hook(sdk: Any) -> None:
    bad, later = raising(sdk, "on_invocation_start", KeyboardInterrupt()), sdk.recorder()
    executor = sdk.executor(bad, later)
    with pytest.raises(KeyboardInterrupt):
        sdk.start(executor)
    executor.on_invocation_end(sdk.output())
    assert later.seen == []
    assert hooks_of(bad) == ["on_invocation_start", "on_invocation_end"]


def test_a_plugin_whose_start_failed_gets_the_others(sdk: Any) -> None:
    bad = raising(sdk, "on_invocation_start", ValueError())
    executor = sdk.executor(bad)
    sdk.start(executor)
    executor.on_invocation_end(sdk.output())
    assert hooks_of(bad) == ["on_invocation_start", "on_invocation_end"]


def test_every_plugin_gets_its_end(sdk: Any) -> None:
    first, second = SystemExit(1), KeyboardInterrupt()
    plugins = [
        raising(sdk, "on_invocation_end", first),
        raising(sdk, "on_invocation_end", second),
        sdk.recorder(),
    ]
    executor = sdk.executor(*plugins)
    sdk.start(executor)
    with pytest.raises(SystemExit) as raised:
        executor.on_invocation_end(sdk.output())
    assert raised.value is first
    assert all(hooks_of(plugin)[-1] == "on_invocation_end" for plugin in plugins)


def test_every_plugin_gets_its_end_although_a_left_over_hook_stops_the_thread(sdk: Any) -> None:
    bad, good = raising(sdk, "on_operation_end", KeyboardInterrupt()), sdk.recorder()
    executor = sdk.executor(bad, good)
    sdk.start(executor)
    executor.record_end_hooks([sdk.operation("1"), sdk.operation("2")])
    with pytest.raises(KeyboardInterrupt), executor.run():
        executor.on_invocation_end(sdk.output())
    assert hooks_of(bad) == ["on_invocation_start", "on_operation_end", "on_operation_end", "on_invocation_end"]
    assert hooks_of(good) == ["on_invocation_start", "on_invocation_end"]


def test_of_two_reasons_to_stop_the_left_over_hook_s_counts(sdk: Any) -> None:
    first, second = SystemExit(1), SystemExit(2)
    plugins = raising(sdk, "on_operation_end", first), raising(sdk, "on_invocation_end", second)
    executor = sdk.executor(*plugins)
    sdk.start(executor)
    executor.record_end_hooks([sdk.operation("1")])
    with pytest.raises(SystemExit) as raised:
        executor.on_invocation_end(sdk.output())
    assert raised.value is first


def test_a_group_is_taken_apart(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    group = BaseExceptionGroup("tasks", [ValueError("ordinary"), KeyboardInterrupt()])
    executor = sdk.executor(raising(sdk, "on_operation_start", group))
    sdk.start(executor)
    with pytest.raises(BaseExceptionGroup) as raised:
        executor.on_operation_action(sdk.update("1"))
    assert [type(error) for error in raised.value.exceptions] == [KeyboardInterrupt]
    [record] = [record for record in caplog.records if "exception ignored" in record.message]
    assert record.exc_info and [type(error) for error in record.exc_info[1].exceptions] == [ValueError]  # type: ignore[union-attr]


def test_a_group_of_ordinary_errors_is_contained(sdk: Any) -> None:
    executor = sdk.executor(raising(sdk, "on_operation_start", BaseExceptionGroup("tasks", [ValueError()])))
    sdk.start(executor)
    executor.on_operation_action(sdk.update("1"))
    executor.on_invocation_end(sdk.output())


# -- factories ---------------------------------------------------------------------------------------------------------


def making(make: Any) -> Any:
    return type("Making", (), {"create_plugin": lambda self, info: make()})()


def test_factories_that_make_no_plugin_are_left_out(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> object:
        raise asyncio.CancelledError

    good = sdk.recorder()
    executor = sdk.plugin.PluginExecutor(
        [making(fail), making(lambda: None), making(lambda: "text"), sdk.factory(good)]
    )
    sdk.start(executor)
    assert executor.has_plugins
    assert hooks_of(good) == ["on_invocation_start"]
    assert [record.message for record in caplog.records if record.name.endswith(".plugin")] == [
        "Plugin factory Making exception ignored",
        "Plugin factory Making returned None; plugin ignored",
        "Plugin factory Making returned str, which is not a DurableInstrumentationPlugin; plugin ignored",
    ]


def test_a_factory_may_stop_the_thread(sdk: Any) -> None:
    def fail() -> object:
        raise KeyboardInterrupt

    later = sdk.recorder()
    executor = sdk.plugin.PluginExecutor([making(fail), sdk.factory(later)])
    with pytest.raises(KeyboardInterrupt):
        sdk.start(executor)
    executor.on_invocation_end(sdk.output())
    assert later.seen == []


def test_a_factory_that_fights_back_is_left_out(sdk: Any) -> None:
    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            raise ValueError(name)

    class Product(metaclass=Meta):
        def __getattribute__(self, name: str) -> Any:
            raise ValueError(name)

    executor = sdk.plugin.PluginExecutor([making(lambda: object.__new__(Product))])
    sdk.start(executor)
    executor.on_operation_action(sdk.update("1"))
    executor.on_invocation_end(sdk.output())


class UnloggableError(ValueError):
    def __str__(self) -> str:
        raise RuntimeError("cannot be shown")


def test_a_broken_log_handler_breaks_nothing(ours: Any) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise ValueError("disk full")

    handler = Broken()
    logger = logging.getLogger("durable_runtime.plugin")
    logger.addHandler(handler)
    try:
        executor = ours.executor(raising(ours, "on_operation_start", UnloggableError()))
        ours.start(executor)
        executor.on_operation_action(ours.update("1"))
    finally:
        logger.removeHandler(handler)
    executor.on_invocation_end(ours.output())
