"""Runs a program under either SDK on the project's engine, in virtual time, and notes what a plugin is told."""

from __future__ import annotations

import contextvars
import dataclasses
import datetime
import enum
import threading
from collections.abc import Callable, Sequence
from typing import Any

from durable_runtime.service.clock import Clock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.store.memory import MemoryStore

from tests.runtime.instrumentation.sdks import Sdk

REAL_SECONDS = 60.0


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of a hook: what it was told, the thread it ran on, and the invocation it belongs to."""

    hook: str
    info: dict[str, Any]
    thread: threading.Thread
    invocation: int


class World:
    """What a program can do from outside while it runs."""

    def __init__(self, sdk: Sdk, clock: Clock) -> None:
        self.sdk = sdk
        self.functions = Functions()
        self.engine = Engine(MemoryStore(), clock, self.functions, InProcessHost())

    def answer(self, callback_id: str) -> None:
        """Complete a callback."""
        self.engine.callback_succeed(callback_id, '"answer"')


Program = Callable[[World], Callable[[Any, Any], Any]]


@dataclasses.dataclass
class Trace:
    """All calls, in the order in which they began, and what became of the execution.

    `headers`: the trace headers with which durable functions were invoked.
    """

    calls: list[Call]
    status: str
    result: str | None
    error: Any
    headers: list[Any]

    def told(self, *hooks: str) -> list[tuple[str, dict[str, Any]]]:
        """What the plugin was told, in order; all hooks but the change thread's by default."""
        return [
            (call.hook, call.info)
            for call in self.calls
            if (call.hook in hooks if hooks else call.hook != "on_operation_change")
        ]

    def by_operation(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        """The same for each operation: between branches that run at the same time there is no order."""
        operations: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for hook, info in self.told():
            operations.setdefault(info.get("operation_id", "invocation"), []).append((hook, info))
        return dict(sorted(operations.items()))

    def changes(self) -> list[dict[str, str]]:
        """For each invocation the last status that a change has shown of each operation."""
        last: list[dict[str, str]] = [{} for call in self.calls if call.hook == "on_invocation_start"]
        for call in self.calls:
            if call.hook == "on_operation_change":
                updated = call.info["updated_operations"]
                last[call.invocation].update({key: info["status"] for key, info in updated.items()})
        return last


class SteppingClock:
    """Stands still but for jumps to the next timer, so that waits which begin together also end together.

    It is a day ahead of the system's clock, by which an SDK may tell whether a timer is due.
    """

    def __init__(self) -> None:
        self._now = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=1)

    def now(self) -> datetime.datetime:
        return self._now

    def wait(
        self,
        condition: threading.Condition,
        until: datetime.datetime | None,
        *,
        timeout: float | None,
        idle: bool,
    ) -> None:
        if idle and until is not None:
            self._now = max(self._now, until)
        else:
            condition.wait(timeout)


def trace(sdk: Sdk, program: Program, plugins: Sequence[Any] = (), clock: Clock | None = None) -> Trace:
    """Run a program to its end: callbacks are answered as soon as nothing else can move it.

    Args:
        plugins: factories to register before the recorder.
        clock: by default time stands still but for jumps.
    """
    recorder = Recorder(sdk)
    world = World(sdk, clock or SteppingClock())
    durable = sdk.module("execution").durable_execution
    world.functions.register("f", durable(program(world), plugins=[*plugins, recorder]))
    world.functions.register("twice", lambda event, context: event * 2, durable=False)
    world.functions.register("durably-twice", durable(lambda event, context: event * 2))
    try:
        arn = world.engine.start("f", "null", name="name")
        while not (view := world.engine.run(arn, timeout=REAL_SECONDS)).ended:
            open_callbacks = [
                operation["CallbackDetails"]["CallbackId"]
                for operation in view.operations
                if operation["Type"] == "CALLBACK" and operation["Status"] == "STARTED"
            ]
            assert open_callbacks, "the execution stands still"
            for callback_id in open_callbacks:
                world.answer(callback_id)
        invoked = world.engine.list("durably-twice")["DurableExecutions"]
        headers = [world.engine.describe(execution["DurableExecutionArn"]).get("TraceHeader") for execution in invoked]
    finally:
        world.engine.close()
    root = arn.rpartition("/")[2]
    calls = [dataclasses.replace(call, info=_renamed(call.info, root, arn)) for call in recorder.calls]
    return Trace(calls, view.status, view.result, view.error, headers)


ACTIVE = contextvars.ContextVar("active", default="nothing")
"""The operation whose function runs, as the plugin binds it for the code that it surrounds."""


class Recorder:
    """The factory of recording plugins; the same for both SDKs."""

    def __init__(self, sdk: Sdk) -> None:
        self.calls: list[Call] = []
        self._sdk = sdk
        self._lock = threading.Lock()
        self._invocations = 0

    def create_plugin(self, info: Any) -> Any:
        invocation, self._invocations = self._invocations, self._invocations + 1

        def hook(name: str) -> Any:
            def note(plugin: Any, info: Any) -> None:
                call = Call(name, _plain(info), threading.current_thread(), invocation)
                with self._lock:
                    self.calls.append(call)
                if name == "on_invocation_start":
                    ACTIVE.set("invocation")
                elif name == "on_user_function_start":
                    ACTIVE.set(info.name or info.sub_type)

            return note

        base = self._sdk.plugin.DurableInstrumentationPlugin
        names = [name for name in vars(base) if name.startswith("on_")]
        return type("Recording", (base,), {name: hook(name) for name in names})()


def _plain(value: Any) -> Any:
    """Infos of both SDKs in the same form; times by whether they are known."""
    if isinstance(value, datetime.datetime):
        assert value.tzinfo is not None
        return "a time"
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def _renamed(value: Any, root: str, arn: str) -> Any:
    """Without what is made up for each execution: ids of the execution and of requests."""
    if isinstance(value, dict):
        return {
            "root" if key == root else key: "a request" if key == "request_id" and entry else _renamed(entry, root, arn)
            for key, entry in value.items()
        }
    if value == arn:
        return "arn"
    return "root" if value == root else value
