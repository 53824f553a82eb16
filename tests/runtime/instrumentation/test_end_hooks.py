"""Which thread runs an operation's end hook, and who waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.instrumentation.sdks import AWS, OURS, Sdk

TIMEOUT = 10


def ends(recorder: Any) -> list[str]:
    return [info.operation_id for hook, info in recorder.seen if hook == "on_operation_end"]


class Blocking:
    """A plugin whose end hooks note their thread, and stop at a gate where there is one for their operation."""

    def __init__(self, sdk: Any) -> None:
        self.entered: dict[str, threading.Event] = {}
        self.gates: dict[str, threading.Event] = {}
        self.ran: list[tuple[str, int]] = []
        outer = self

        def on_operation_end(plugin: Any, info: Any) -> None:
            outer.ran.append((info.operation_id, threading.get_ident()))
            if info.operation_id in outer.gates:
                outer.entered[info.operation_id].set()
                assert outer.gates[info.operation_id].wait(TIMEOUT)

        self.plugin = type(
            "Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"on_operation_end": on_operation_end}
        )()

    def block(self, operation_id: str) -> threading.Event:
        self.entered[operation_id] = threading.Event()
        return self.gates.setdefault(operation_id, threading.Event())

    @property
    def order(self) -> list[str]:
        return [operation_id for operation_id, _ in self.ran]


@pytest.fixture
def blocking(sdk: Any) -> Blocking:
    return Blocking(sdk)


@pytest.fixture
def executor(sdk: Any, blocking: Blocking) -> Any:
    executor = sdk.executor(blocking.plugin)
    sdk.start(executor)
    return executor


def in_thread(function: Callable[..., Any], *arguments: Any, **named: Any) -> Future[Any]:
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function, *arguments, **named)
    pool.shutdown(wait=False)
    return future


def test_recording_runs_nothing(sdk: Any, executor: Any, blocking: Blocking) -> None:
    executor.record_end_hooks([sdk.operation("1")], waited_for={"1"})
    assert blocking.ran == []


def test_the_waiter_runs_the_hook_reserved_for_it(sdk: Any, executor: Any, blocking: Blocking) -> None:
    executor.record_end_hooks([sdk.operation("1")], waited_for={"1"})
    executor.claim_end_hook("1", waiter=True)
    executor.claim_end_hook("1", waiter=True)
    assert blocking.ran == [("1", threading.get_ident())]


def test_a_reader_waits_for_the_waiter(sdk: Any, executor: Any, blocking: Blocking) -> None:
    executor.record_end_hooks([sdk.operation("1")], waited_for={"1"})
    with executor.claim_lock:
        claim = executor.take_end_hook("1")
    reader = in_thread(claim.run)
    assert not reader.done()
    executor.claim_end_hook("1", waiter=True)
    reader.result(TIMEOUT)
    assert blocking.ran == [("1", threading.get_ident())]


def test_the_first_reader_runs_an_unowned_hook_and_the_second_waits(
    sdk: Any, executor: Any, blocking: Blocking
) -> None:
    gate = blocking.block("1")
    executor.record_end_hooks([sdk.operation("1")])
    first = in_thread(executor.claim_end_hook, "1")
    assert blocking.entered["1"].wait(TIMEOUT)
    with executor.claim_lock:
        claim = executor.take_end_hook("1")
    second = in_thread(claim.run)
    assert not first.done()
    assert not second.done()
    gate.set()
    first.result(TIMEOUT)
    second.result(TIMEOUT)
    assert blocking.order == ["1"]


def test_nothing_is_to_do_for_an_operation_without_a_recorded_end(sdk: Any, executor: Any) -> None:
    executor.record_end_hooks([sdk.operation("1", "STARTED")])
    with executor.claim_lock:
        assert executor.take_end_hook("1") is None
        assert executor.take_end_hook("2", waiter=True) is None


def test_an_unowned_hook_shows_the_newest_state(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor)
    executor.record_end_hooks([sdk.operation("1", StepDetails={"Result": "old"})])
    executor.record_end_hooks([sdk.operation("1", StepDetails={"Result": "new"})])
    executor.claim_end_hook("1")
    executor.record_end_hooks([sdk.operation("1", StepDetails={"Result": "late"})])
    executor.on_invocation_end(sdk.output())
    assert [info.result for hook, info in recorder.seen if hook == "on_operation_end"] == ["new"]


def test_descendants_end_before_their_ancestor(sdk: Any, executor: Any, blocking: Blocking) -> None:
    parents = {"parent": None, "a": "parent", "aa": "a", "other": None}
    executor.record_end_hooks([sdk.operation(key, ParentId=parent) for key, parent in parents.items()], {"parent"})
    executor.claim_end_hook("parent", waiter=True)
    assert blocking.order == ["aa", "a", "parent"]
    executor.on_invocation_end(sdk.output())
    assert blocking.order[3:] == ["other"]


def test_a_descendant_of_another_thread_is_left_to_it(sdk: Any, executor: Any, blocking: Blocking) -> None:
    gate = blocking.block("child")
    executor.record_end_hooks([sdk.operation("child", ParentId="parent")])
    owner = in_thread(executor.claim_end_hook, "child")
    assert blocking.entered["child"].wait(TIMEOUT)
    executor.record_end_hooks([sdk.operation("parent")])
    executor.claim_end_hook("parent")
    assert not owner.done()
    gate.set()
    owner.result(TIMEOUT)
    assert blocking.order == ["child", "parent"]


def test_what_nobody_claims_ends_before_the_invocation(sdk: Any) -> None:
    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    with executor.run():
        sdk.start(executor)
        executor.record_end_hooks([sdk.operation("1"), sdk.operation("2")], waited_for={"2"})
        executor.on_invocation_end(sdk.output())
    assert ends(recorder) == ["1", "2"]
    assert recorder.seen[-1][0] == "on_invocation_end"


def test_a_scope_without_end_still_runs_them(sdk: Any, executor: Any, blocking: Blocking) -> None:
    with executor.run():
        executor.record_end_hooks([sdk.operation("1")])
    assert blocking.order == ["1"]


def test_a_hook_that_stops_its_thread_drops_the_rest_of_its_tree(sdk: Any) -> None:
    def on_operation_end(plugin: Any, info: Any) -> None:
        seen.append(info.operation_id)
        if info.operation_id == "child":
            raise KeyboardInterrupt

    seen: list[str] = []
    plugin = type("Plugin", (sdk.plugin.DurableInstrumentationPlugin,), {"on_operation_end": on_operation_end})()
    executor = sdk.executor(plugin)
    sdk.start(executor)
    executor.record_end_hooks([sdk.operation("child", ParentId="parent"), sdk.operation("parent"), sdk.operation("x")])
    with executor.claim_lock:
        claim = executor.take_end_hook("parent")
        waiting = executor.take_end_hook("parent")
    with pytest.raises(KeyboardInterrupt):
        claim.run()
    waiting.run()
    executor.on_invocation_end(sdk.output())
    assert seen == ["child", "x"]


@pytest.mark.parametrize("read", ["on_operation_end", "on_operation_start", "provide_propagation_metadata"])
def test_a_read_inside_a_hook_neither_runs_nor_waits(sdk: Any, read: str) -> None:
    ran: list[str] = []
    executor: Any

    def claim(plugin: Any, info: Any) -> None:
        ran.append(info.operation_id)
        executor.claim_end_hook("unowned")
        executor.claim_end_hook("reserved")

    hooks = {"on_operation_end": lambda plugin, info: ran.append(info.operation_id), read: claim}
    plugin = type("Plugin", (sdk.plugin.DurableInstrumentationPlugin,), hooks)()
    executor = sdk.executor(plugin)
    sdk.start(executor)
    executor.record_end_hooks([sdk.operation("unowned"), sdk.operation("reserved")], waited_for={"reserved"})
    if read == "on_operation_end":
        executor.on_operation_update(sdk.operation("read"))
    elif read == "on_operation_start":
        executor.on_operation_action(sdk.update("read"))
    else:
        executor.provide_propagation_metadata(sdk.plugin.PropagationInput("arn", "read", "f"))
    assert ran == ["read"]
    executor.on_invocation_end(sdk.output())
    assert ran == ["read", "unowned", "reserved"]


def test_a_waiter_inside_a_hook_does_not_leave_others_waiting(ours: Any) -> None:
    """With AWS's package they would wait for ever."""
    ran: list[str] = []
    executor: Any

    def on_operation_start(plugin: Any, info: Any) -> None:
        executor.claim_end_hook("1", waiter=True)

    hooks = {
        "on_operation_start": on_operation_start,
        "on_operation_end": lambda plugin, info: ran.append(info.operation_id),
    }
    executor = ours.executor(type("Plugin", (ours.plugin.DurableInstrumentationPlugin,), hooks)())
    ours.start(executor)
    executor.record_end_hooks([ours.operation("1")], waited_for={"1"})
    with executor.claim_lock:
        claim = executor.take_end_hook("1")
    reader = in_thread(claim.run)
    executor.on_operation_action(ours.update("2"))
    reader.result(TIMEOUT)
    assert ran == ["1"]


IDS = st.integers(0, 6).map(str)
STEPS = st.one_of(
    st.tuples(st.just("record"), st.lists(st.tuples(IDS, st.booleans()), max_size=4)),
    st.tuples(st.just("claim"), IDS),
    st.tuples(st.just("update"), IDS),
)


@settings(max_examples=300, deadline=None)
@given(parents=st.lists(st.integers(-1, 5), min_size=7, max_size=7), steps=st.lists(STEPS, max_size=12))
def test_both_sdks_end_operations_in_the_same_order(parents: list[int], steps: list[tuple[str, Any]]) -> None:
    """A tree of seven operations, and any sequence of records, claims and updates on one thread."""
    assert ended(Sdk(OURS), parents, steps) == ended(Sdk(AWS), parents, steps)


def ended(sdk: Any, parents: list[int], steps: list[tuple[str, Any]]) -> list[str]:
    def operation(operation_id: str) -> Any:
        parent = parents[int(operation_id)]
        return sdk.operation(operation_id, ParentId=str(parent) if 0 <= parent < int(operation_id) else None)

    recorder = sdk.recorder()
    executor = sdk.executor(recorder)
    sdk.start(executor)
    for step, argument in steps:
        if step == "record":
            waited_for = {operation_id for operation_id, waited in argument if waited}
            executor.record_end_hooks([operation(operation_id) for operation_id, _ in argument], waited_for)
            for operation_id in sorted(waited_for):
                executor.claim_end_hook(operation_id, waiter=True)
        elif step == "claim":
            executor.claim_end_hook(argument)
        else:
            executor.on_operation_update(operation(argument))
    executor.on_invocation_end(sdk.output())
    return ends(recorder)
