"""The same plugin under both SDKs, in the same programs on the same engine: it is told the same, in the same order."""

from __future__ import annotations

import functools
import threading
from importlib import metadata
from typing import Any

import pytest
from durable_runtime.service.clock import RealClock

from tests.runtime.instrumentation import programs
from tests.runtime.instrumentation.sdks import AWS, OURS, Sdk
from tests.runtime.instrumentation.tracing import Call, Program, Recorder, Trace, trace

ALL = (*programs.ONE_AFTER_THE_OTHER, *programs.AT_THE_SAME_TIME)


def name(program: Program) -> str:
    return program.__name__


@functools.cache
def recorded(package: str, program: Program) -> Trace:
    """What a plugin is told under an SDK; looked at by several tests."""
    return trace(Sdk(package), program)


def outcome(trace: Trace) -> tuple[str, str | None, Any]:
    return trace.status, trace.result, trace.error


@pytest.mark.parametrize("program", programs.ONE_AFTER_THE_OTHER, ids=name)
def test_one_after_the_other(program: Program) -> None:
    ours, aws = recorded(OURS, program), recorded(AWS, program)
    assert ours.told() == aws.told()
    assert ours.changes() == aws.changes()
    assert outcome(ours) == outcome(aws)


@pytest.mark.parametrize("program", (*programs.AT_THE_SAME_TIME, *programs.COMPLETED_EARLY), ids=name)
def test_at_the_same_time(program: Program) -> None:
    ours, aws = recorded(OURS, program), recorded(AWS, program)
    assert ours.by_operation() == aws.by_operation()
    assert ours.changes() == aws.changes()
    assert outcome(ours) == outcome(aws)


def test_a_branch_that_goes_on_in_the_same_invocation() -> None:
    """In real time, for within an invocation the SDKs go by the system's clock: it takes a second each."""
    ours, aws = (trace(Sdk(package), programs.resumed_branch, clock=RealClock()) for package in (OURS, AWS))
    assert outcome(ours) == outcome(aws) == ("SUCCEEDED", "[true, null]", None)
    assert ours.by_operation() == aws.by_operation()
    assert {call.invocation for call in ours.calls} == {0}


@pytest.mark.parametrize("program", ALL, ids=name)
def test_order_and_threads(sdk: Sdk, program: Program) -> None:
    calls = recorded(sdk.package, program).calls
    for invocation in range(calls[-1].invocation + 1):
        mine = [call for call in calls if call.invocation == invocation]
        check_invocation(mine)
        for operation_id in {call.info["operation_id"] for call in mine if "operation_id" in call.info}:
            check_operation(mine, operation_id)


def check_invocation(calls: list[Call]) -> None:
    """The first and the last hook are the invocation's, on one thread; changes have another one."""
    assert calls[0].hook == "on_invocation_start"
    assert calls[-1].hook == "on_invocation_end"
    assert calls[0].thread == calls[-1].thread
    changing = {call.thread for call in calls if call.hook == "on_operation_change"}
    assert len(changing) <= 1
    assert changing.isdisjoint(call.thread for call in calls if call.hook != "on_operation_change")


def check_operation(calls: list[Call], operation_id: str) -> None:
    """Its hooks come in order, on one thread, and it ends once, before its parent does."""
    mine = [call for call in calls if call.info.get("operation_id") == operation_id]
    order = ["on_operation_start", "on_user_function_start", "on_user_function_end", "on_operation_end"]
    assert [call.hook for call in mine] == [hook for hook in order if hook in {call.hook for call in mine}]
    assert len({call.thread for call in mine}) == 1
    if mine[-1].hook == "on_operation_end":
        parent_id = mine[-1].info["parent_id"]
        parents_end = [
            position
            for position, call in enumerate(calls)
            if call.hook == "on_operation_end" and call.info["operation_id"] == parent_id
        ]
        assert all(calls.index(mine[-1]) < position for position in parents_end)


# -- plugins that misbehave --------------------------------------------------------------------------------------------


class Faulty:
    """The factory of plugins that raise in each hook."""

    def __init__(self, sdk: Sdk) -> None:
        self.called: set[str] = set()
        self._sdk = sdk

    def create_plugin(self, info: object) -> Any:
        def hook(name: str) -> Any:
            def fail(plugin: Any, info: object) -> None:
                self.called.add(name)
                raise ValueError(name)

            return fail

        base = self._sdk.plugin.DurableInstrumentationPlugin
        hooks = {name: hook(name) for name in vars(base) if name.startswith(("on_", "provide_"))}
        return type("Faulty", (base,), hooks)()


@pytest.mark.parametrize("program", ALL, ids=name)
def test_plugins_that_raise_change_nothing(sdk: Sdk, program: Program) -> None:
    faulty = Faulty(sdk)
    assert outcome(trace(sdk, program, plugins=[faulty])) == outcome(recorded(sdk.package, program))
    assert {"on_invocation_start", "on_invocation_end"} <= faulty.called


INVOCATION = ("on_invocation_start", "on_invocation_end")


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("on_invocation_start", [(1, "started"), (1, "SUCCEEDED")]),
        *[
            (f"on_{hook}", [(0, "started"), (0, "RETRY"), (1, "started"), (1, "SUCCEEDED")])
            for hook in ("operation_start", "user_function_start", "user_function_end", "operation_end")
        ],
        ("on_invocation_end", [(0, "started"), (0, "SUCCEEDED"), (1, "started"), (1, "SUCCEEDED")]),
    ],
)
def test_a_plugin_that_stops_the_thread_ends_the_invocation(sdk: Sdk, hook: str, told: list[tuple[int, str]]) -> None:
    """Lambda invokes again; the other plugin, if it was started, has got its end."""
    stopped: list[object] = []

    def stop(plugin: Any, info: object) -> None:
        stopped.append(info)
        if len(stopped) == 1:
            raise SystemExit

    plugin = type("Stopping", (sdk.plugin.DurableInstrumentationPlugin,), {hook: stop})()
    traced = trace(sdk, programs.steps, plugins=[sdk.factory(plugin)])
    mine = [(call.invocation, call.info.get("status", "started")) for call in traced.calls if call.hook in INVOCATION]
    assert traced.status == "SUCCEEDED"
    assert mine == told


# -- registration ------------------------------------------------------------------------------------------------------


def test_a_handler_is_refused_whose_plugins_are_no_factories(sdk: Sdk) -> None:
    with pytest.raises(sdk.load_error, match=r"plugins\[0\] must be a plugin factory"):
        sdk.module("execution").durable_execution(lambda event, ctx: None, plugins=[object()])


def test_a_plugin_named_by_the_environment_is_told(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(sdk)

    class EntryPoint:
        name, value = "recorder", "package:recorder"

        def load(self) -> Any:
            return recorder

    monkeypatch.setattr(metadata, "entry_points", lambda group: [EntryPoint()])
    monkeypatch.setenv("DURABLE_EXECUTION_PLUGINS", "recorder")
    told = trace(sdk, programs.steps).told()
    assert [call.hook for call in recorder.calls if call.hook != "on_operation_change"] == [hook for hook, _ in told]


@pytest.mark.parametrize(
    ("program", "told"), [(programs.durable_invoke, 1), (programs.steps, 0)], ids=["invoke", "steps"]
)
def test_invoked_functions_get_what_plugins_provide(sdk: Sdk, program: Program, told: int) -> None:
    asked: list[Any] = []

    def provide(plugin: Any, info: Any) -> Any:
        asked.append(info)
        return sdk.plugin.PropagationMetadata("Root=1-2-3")

    plugin = type("Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"provide_propagation_metadata": provide})()
    headers = trace(sdk, program, plugins=[sdk.factory(plugin)]).headers
    assert headers == [{"XAmznTraceId": "Root=1-2-3"}] * told
    assert [info.target_function_name for info in asked] == ["durably-twice"] * told


def test_no_thread_is_left(sdk: Sdk) -> None:
    trace(sdk, programs.waits)
    assert [thread for thread in threading.enumerate() if thread.name == "plugin-change"] == []
