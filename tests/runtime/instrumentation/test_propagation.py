"""Metadata for chained invokes: the first plugin that has some decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def providing(sdk: Any, provide: Callable[[Any], Any]) -> Any:
    methods = {"provide_propagation_metadata": lambda self, info: provide(info)}
    return type("Providing", (sdk.plugin.DurableInstrumentationPlugin,), methods)()


def asked(sdk: Any, *provide: Callable[[Any], Any]) -> Any:
    executor = sdk.executor(*[providing(sdk, one) for one in provide])
    sdk.start(executor)
    return executor.provide_propagation_metadata(sdk.plugin.PropagationInput("arn", "1", "target", "parent"))


def metadata(sdk: Any, value: object) -> Callable[[Any], Any]:
    return lambda info: sdk.plugin.PropagationMetadata(value)


def test_plugins_see_the_invoke(sdk: Any) -> None:
    seen: list[Any] = []
    assert asked(sdk, seen.append) == sdk.plugin.PropagationMetadata(None)
    assert seen == [sdk.plugin.PropagationInput("arn", "1", "target", parent_operation_id="parent")]


def test_the_first_value_wins(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    values = [None, " ", "Root=1", "Root=1", "Root=2", "Root=3"]
    answers = [metadata(sdk, value) for value in values]
    assert asked(sdk, *answers).x_amzn_trace_id == "Root=1"
    messages = [record.message for record in caplog.records if "conflict" in record.message]
    assert [message[-18:] for message in messages] == ["(conflict_count=1)", "(conflict_count=2)"]
    assert all(".Providing and " in message for message in messages)


def raising(info: object) -> object:
    raise ValueError("broken")


async def coroutine(info: object) -> object:
    return None


@pytest.mark.parametrize(
    "answer", [raising, coroutine, lambda info: "Root=0", lambda info: {"x_amzn_trace_id": "Root=0"}]
)
def test_a_plugin_that_answers_wrongly_is_reported(
    sdk: Any, answer: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert asked(sdk, answer, metadata(sdk, "Root=1")).x_amzn_trace_id == "Root=1"
    assert [record.levelname for record in caplog.records if "failure ignored" in record.message] == ["ERROR"]


def test_a_value_that_is_no_text_is_reported(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert asked(sdk, metadata(sdk, 5), metadata(sdk, "Root=1")).x_amzn_trace_id == "Root=1"
    assert any("failure ignored" in record.message for record in caplog.records)


def test_a_text_with_behaviour_becomes_plain(sdk: Any) -> None:
    class Text(str):
        def __eq__(self, other: object) -> bool:
            raise ValueError("compared")

        __hash__ = str.__hash__

    answer = asked(sdk, metadata(sdk, Text("Root=1")), metadata(sdk, Text("Root=1"))).x_amzn_trace_id
    assert type(answer) is str
    assert answer == "Root=1"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_tells_the_thread_to_stop_goes_through(sdk: Any, error: type[BaseException]) -> None:
    def stop(info: object) -> object:
        raise error

    with pytest.raises(error):
        asked(sdk, stop)
