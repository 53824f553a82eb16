"""`on_operation_change`: its thread, its order, and how calls merge."""

from __future__ import annotations

import threading
from typing import Any

import pytest

TIMEOUT = 10


class Gated:
    """A plugin that notes changes, and holds the first one at a gate."""

    def __init__(self, sdk: Any) -> None:
        self.entered, self.gate = threading.Event(), threading.Event()
        self.changes: list[Any] = []
        self.threads: set[str] = set()
        outer = self

        def on_operation_change(plugin: Any, info: Any) -> None:
            outer.changes.append(info)
            outer.threads.add(threading.current_thread().name)
            outer.entered.set()
            assert outer.gate.wait(TIMEOUT)

        self.plugin = type(
            "Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"on_operation_change": on_operation_change}
        )()


def change(sdk: Any, executor: Any, states: dict[str, str], *updated: str, previous: dict[str, str]) -> None:
    operations = {key: sdk.operation(key, status) for key, status in states.items()}
    executor.record_change(
        [operations[key] for key in updated],
        operations,
        {key: sdk.operation(key, status) for key, status in previous.items()},
    )


def states(operations: dict[str, Any]) -> dict[str, str]:
    return {key: info.status.value for key, info in operations.items()}


def test_changes_merge_while_a_plugin_is_busy(sdk: Any) -> None:
    gated = Gated(sdk)
    executor = sdk.executor(gated.plugin)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={})
    assert gated.entered.wait(TIMEOUT)
    change(sdk, executor, {"1": "SUCCEEDED", "2": "STARTED"}, "1", "2", previous={"1": "STARTED"})
    change(sdk, executor, {"1": "SUCCEEDED", "2": "PENDING"}, "2", previous={"1": "SUCCEEDED", "2": "STARTED"})
    gated.gate.set()
    executor.on_invocation_end(sdk.output())
    first, merged = gated.changes
    assert states(first.updated_operations) == states(first.operations) == {"1": "STARTED"}
    assert states(merged.updated_operations) == states(merged.operations) == {"1": "SUCCEEDED", "2": "PENDING"}
    assert first.execution_arn.endswith("/root")
    assert type(merged) is sdk.plugin.OperationChangeInfo
    assert type(merged.updated_operations["1"]) is sdk.plugin.OperationInfo
    assert gated.threads == {"plugin-change"}


def test_only_a_new_status_is_a_change(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={"1": "STARTED"})
    executor.record_change([], {}, {})
    executor.on_invocation_end(sdk.output())
    assert [hook for hook, _ in recorder.seen] == ["on_invocation_start", "on_invocation_end"]


def test_an_update_with_both_maps_is_a_change_too(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor)
    done = sdk.operation("1")
    executor.on_operation_update(done, {"1": done}, {})
    executor.on_invocation_end(sdk.output())
    assert [hook for hook, _ in recorder.seen if hook == "on_operation_change"] == ["on_operation_change"]


def test_what_is_pending_is_delivered_before_the_end(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    with executor.run():
        sdk.start(executor)
        change(sdk, executor, {"1": "STARTED"}, "1", previous={})
        executor.on_invocation_end(sdk.output())
        assert [hook for hook, _ in recorder.seen][-2:] == ["on_operation_change", "on_invocation_end"]
    assert not [thread for thread in threading.enumerate() if thread.name == "plugin-change"]


def test_a_plugin_s_interrupt_costs_the_others_nothing(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail(plugin: Any, info: object) -> None:
        raise KeyboardInterrupt

    bad = type("Bad", (sdk.plugin.DurableInstrumentationPlugin,), {"on_operation_change": fail})()
    good = sdk.recorder()
    executor = sdk.executor(bad, good)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={})
    executor.on_invocation_end(sdk.output())
    assert [hook for hook, _ in good.seen][1] == "on_operation_change"
    assert any("plugin change thread; ignored" in record.message for record in caplog.records)


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


@pytest.mark.usefixtures("no_threads")
def test_without_a_thread_one_merged_change_comes_at_the_end(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={})
    change(sdk, executor, {"1": "STARTED", "2": "STARTED"}, "2", previous={"1": "STARTED"})
    executor.on_invocation_end(sdk.output())
    assert [hook for hook, _ in recorder.seen][1:] == ["on_operation_change", "on_invocation_end"]
    assert states(recorder.seen[1][1].updated_operations) == {"1": "STARTED", "2": "STARTED"}
    assert sum("could not be started" in record.message for record in caplog.records) == 1


@pytest.mark.usefixtures("no_threads")
def test_without_a_thread_an_interrupt_reaches_the_handler_s(sdk: Any) -> None:
    def fail(plugin: Any, info: object) -> None:
        raise KeyboardInterrupt

    bad = type("Bad", (sdk.plugin.DurableInstrumentationPlugin,), {"on_operation_change": fail})()
    executor = sdk.executor(bad)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={})
    with pytest.raises(KeyboardInterrupt):
        executor.on_invocation_end(sdk.output())


def test_no_thread_starts_where_no_plugin_listens(ours: Any) -> None:
    executor = ours.executor(ours.plugin.DurableInstrumentationPlugin())
    ours.start(executor)
    change(ours, executor, {"1": "STARTED"}, "1", previous={})
    assert not [thread for thread in threading.enumerate() if thread.name == "plugin-change"]


def test_a_plugin_that_listens_by_assignment_is_heard(sdk: Any) -> None:
    heard: list[object] = []
    plugin = sdk.plugin.DurableInstrumentationPlugin()
    plugin.on_operation_change = heard.append
    executor = sdk.executor(plugin)
    sdk.start(executor)
    change(sdk, executor, {"1": "STARTED"}, "1", previous={})
    executor.on_invocation_end(sdk.output())
    assert len(heard) == 1


def test_unchanged_operations_are_not_converted_again(ours: Any) -> None:
    recorder = ours.recorder()
    executor = ours.executor(recorder)
    one, two = ours.operation("1"), ours.operation("2")
    ours.start(executor, {"1": one})
    executor.record_change([two], {"1": one, "2": two}, {"1": one})
    executor.on_invocation_end(ours.output())
    start, changed = recorder.seen[0][1], recorder.seen[1][1]
    assert changed.operations["1"] is start.operations["1"]
    assert changed.operations is not start.operations
