"""`PluginHost` wraps a handler of one's own in the invocation's hooks."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

CONTEXT = SimpleNamespace(aws_request_id="request")


Handler = Callable[[Any, Any, Any], Any]


def with_hooks(sdk: Any, plugin: object) -> Callable[[Handler], Callable[[Any, Any], Any]]:
    """The decorator of a host whose only plugin is the given one."""
    decorate: Callable[[Handler], Callable[[Any, Any], Any]] = sdk.plugin.PluginHost(
        [sdk.factory(plugin)]
    ).handle_durable_output
    return decorate


def test_output_is_reported(sdk: Any) -> None:
    recorder = sdk.recorder()

    @with_hooks(sdk, recorder)
    def handler(event: Any, context: Any, executor: Any) -> dict[str, Any]:
        sdk.start(executor, lambda_context=context)
        return {"Status": "SUCCEEDED", "Result": event}

    assert handler('"x"', CONTEXT) == {"Status": "SUCCEEDED", "Result": '"x"'}
    assert [hook for hook, _ in recorder.seen] == ["on_invocation_start", "on_invocation_end"]
    assert (recorder.seen[1][1].execution_result, recorder.seen[1][1].request_id) == ('"x"', "request")
    assert handler.__name__ == "handler"


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt("no")])
def test_a_failure_is_reported_as_a_retry(sdk: Any, error: BaseException) -> None:
    recorder = sdk.recorder()

    @with_hooks(sdk, recorder)
    def handler(event: Any, context: Any, executor: Any) -> dict[str, Any]:
        sdk.start(executor)
        raise error

    with pytest.raises(type(error)):
        handler(None, CONTEXT)
    info = recorder.seen[-1][1]
    assert (info.status.value, info.error.message) == ("RETRY", "no")


def test_the_handler_s_failure_wins(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    def stop(plugin: Any, info: object) -> None:
        raise KeyboardInterrupt

    plugin = type("Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"on_invocation_end": stop})()

    @with_hooks(sdk, plugin)
    def handler(event: Any, context: Any, executor: Any) -> dict[str, Any]:
        sdk.start(executor)
        raise ValueError("the handler's")

    with pytest.raises(ValueError, match="the handler's"):
        handler(None, CONTEXT)
    assert any("the original failure is raised" in record.message for record in caplog.records)


def test_the_end_is_reported_once_although_it_raises(sdk: Any) -> None:
    calls: list[object] = []

    def stop(plugin: Any, info: object) -> None:
        calls.append(info)
        raise KeyboardInterrupt

    plugin = type("Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"on_invocation_end": stop})()

    @with_hooks(sdk, plugin)
    def handler(event: Any, context: Any, executor: Any) -> dict[str, Any]:
        sdk.start(executor)
        return {"Status": "PENDING"}

    with pytest.raises(KeyboardInterrupt):
        handler(None, CONTEXT)
    assert len(calls) == 1


def test_each_invocation_has_plugins_of_its_own(sdk: Any) -> None:
    made: list[Any] = []

    class Factory:
        def create_plugin(self, info: object) -> object:
            made.append(sdk.recorder())
            return made[-1]

    shared = sdk.plugin.PluginHost([Factory()])
    with shared.invocation() as one, shared.invocation() as two:
        sdk.start(one)
        sdk.start(two)
        two.on_operation_action(sdk.update("1"))
    assert [[hook for hook, _ in plugin.seen] for plugin in made] == [
        ["on_invocation_start"],
        ["on_invocation_start", "on_operation_start"],
    ]
