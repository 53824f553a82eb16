"""The normal course of an execution: what the handler did, and every state that the execution was in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from durable_runtime.service.clock import VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function, Functions
from durable_runtime.service.hosts.protocol import Crashed, Host, Invocation, Outcome, Service
from durable_runtime.service.ledger import Changes, Execution
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.views import ExecutionView
from durable_runtime.service.wire import Operation
from durable_runtime.testing.verifier.notes import Call, Notes
from durable_runtime.testing.verifier.processes import Process, Processes
from durable_runtime.testing.verifier.world import World, first_world

_FINAL = ("SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "STOPPED")

_CREATE_CALLBACK = " create callback id"


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be verified.

    Args:
        function: the handler, by its place.
        others: functions that it invokes.
        payload: its event, as JSON text.
        callbacks: results of callbacks by name, as text; an exception fails the callback.
        timeout: real seconds that an invocation may take; the whole execution may take ten times that.
    """

    function: Function
    others: Sequence[Function]
    payload: str
    callbacks: Mapping[str, str | Exception | None]
    timeout: float


@dataclass(frozen=True, slots=True)
class State:
    """An execution between two things that happened to it."""

    number: int
    header: Execution
    moment: datetime
    operations: dict[str, Operation]

    def is_over(self, operation_id: str) -> bool:
        """Whether an operation has come to an end in this state."""
        operation = self.operations.get(operation_id)
        return operation is not None and operation["Status"] in _FINAL


@dataclass(frozen=True, slots=True)
class Ending:
    """How a context or the execution ended, as it was recorded."""

    status: str
    payload: str | None
    error: tuple[str, str] | None

    @property
    def value(self) -> object:
        """What to compare: JSON as data, other text as it is."""
        try:
            return self.status, json.loads(self.payload or "null"), self.error
        except ValueError:
            return self.status, self.payload, self.error

    def __str__(self) -> str:
        if self.error is not None:
            return f"{self.error[0]}: {self.error[1]}"
        text = self.payload or "nothing"
        return text if len(text) <= 200 else f"{text[:120]}… ({len(text)} characters)"


@dataclass(slots=True)
class Life:
    """One invocation of the execution's normal course."""

    process: Process
    request_id: str
    state: int
    """Number of the state that it began with."""

    @property
    def notes(self) -> Notes:
        """What it told."""
        return self.process.notes(self.request_id)


@dataclass(slots=True)
class Baseline:
    """The normal course of an execution."""

    view: ExecutionView
    changes: list[tuple[datetime, Changes]]
    lives: list[Notes]
    began: list[int]
    """The state that each life began with."""
    checkpoints: int
    endings: dict[str, Ending]
    crashes: set[str]
    calls: dict[str, Call] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for life in self.lives:
            for call in life.calls.values():
                self.calls.setdefault(call.id, call)
            for operation_id, value in life.returned.items():
                self.returned.setdefault(operation_id, value)

    @property
    def ending(self) -> Ending | None:
        """How it ended; None if it did not."""
        view = self.view
        if not view.ended:
            return None
        error = view.error or {}
        shown = (error.get("ErrorType", ""), error.get("ErrorMessage", "")) if view.error is not None else None
        return Ending(view.status, view.result, shown)

    def states(self) -> list[int]:
        """The numbers of all states in which the handler can be invoked."""
        return [
            number
            for number, (_, changes) in enumerate(self.changes)
            if (changes.operations or number == 0) and not changes.execution.ended
        ]

    def state(self, number: int) -> State:
        """A state by its number."""
        operations: dict[str, Operation] = {}
        for _, changes in self.changes[: number + 1]:
            operations.update({operation["Id"]: operation for operation in changes.operations})
        moment, changes = self.changes[number]
        return State(number, changes.execution, moment, operations)

    def races(self, operation_id: str | None, calls: Mapping[str, Call]) -> bool:
        """Whether an operation is, or lies in, a map or parallel whose outcome depends on which branch is first."""
        final = {operation["Id"]: operation for _, changes in self.changes for operation in changes.operations}
        while operation_id is not None:
            call = calls.get(operation_id) or self.calls.get(operation_id)
            operation = final.get(operation_id)
            if call is not None and call.early:
                return True
            if operation is not None and operation.get("SubType") in ("Map", "Parallel"):
                branches = [each for each in final.values() if each.get("ParentId") == operation_id]
                if operation["Status"] in _FINAL and any(each["Status"] != "SUCCEEDED" for each in branches):
                    return True
            operation_id = call.parent if call is not None else (operation or {}).get("ParentId")
        return False


class Course(Host):
    """Lets an execution run on an engine, each invocation in a process of its own.

    Args:
        world: the world of each life, by number.
    """

    def __init__(self, task: Task, processes: Processes, world: Callable[[int], World]) -> None:
        self.arn = ""
        self.lives: list[Life] = []
        self.changes: list[tuple[datetime, Changes]] = []
        self.endings: dict[str, Ending] = {}
        self.checkpoints = 0
        self.crashes: set[str] = set()
        self.clock = VirtualClock()
        tomorrow = datetime.now(UTC).replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=1)
        self.clock.advance_to(tomorrow)
        self._task = task
        self._processes = processes
        self._world = world
        self._others: list[Process] = []
        self._lock = threading.Lock()
        functions = Functions()
        for function in (task.function, *task.others):
            functions.register(function.name, function.target, durable=function.durable)
        self.engine = Engine(MemoryStore(), self.clock, functions, self, max_workers=2, invocation_timeout=task.timeout)
        self.engine.subscribe(self._heard)

    def run(self) -> ExecutionView:
        """Run the execution as far as it goes."""
        self.arn = self.engine.start(self._task.function.name, self._task.payload, name="verified")
        return self.engine.run(self.arn, timeout=self._task.timeout * 10)

    # What the engine asks for

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        if not self.verifies(invocation):
            process = self._start(-1 - len(self._others))
            with self._lock:
                self._others.append(process)
            process.invoke(invocation, service, self._ended(process, done))
            return
        life = self.begin(invocation)
        life.process.invoke(invocation, self.served(service, life), self._ended(life.process, self._noted(done)))

    def verifies(self, invocation: Invocation) -> bool:
        """Whether it is an invocation of the handler that is verified, for the execution that is."""
        return invocation.function.durable and invocation.event["DurableExecutionArn"] == self.arn

    def begin(self, invocation: Invocation) -> Life:
        """Start the process of a new life."""
        life = Life(self._start(len(self.lives)), invocation.request_id, len(self.changes) - 1)
        self.lives.append(life)
        return life

    def served(self, service: Service, life: Life) -> Service:
        """The service that the process of a life gets."""
        return _OneByOne(service, self)

    def abandon(self, request_id: str) -> None:
        for life in self.lives:
            life.process.kill(request_id)

    def close(self) -> None:
        for process in (*(life.process for life in self.lives), *self._others):
            process.close()

    def _start(self, life: int) -> Process:
        return self._processes.start(self._world(life), self.clock.now())

    @staticmethod
    def _ended(process: Process, done: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        def ended(outcome: Outcome) -> None:
            done(outcome)
            process.close()

        return ended

    def _noted(self, done: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        def noted(outcome: Outcome) -> None:
            if isinstance(outcome, Crashed):
                self.crashes.add(str(outcome.error.get("ErrorType")))
            done(outcome)

        return noted

    # What the engine tells

    def _heard(self, changes: Changes) -> None:
        if changes.execution.arn != (self.arn or changes.execution.arn):
            return
        self.arn = changes.execution.arn
        self.changes.append((self.clock.now(), changes))
        if changes.execution.invocation is None and not changes.execution.ended:
            self._complete_callbacks(changes)

    def _complete_callbacks(self, changes: Changes) -> None:
        """Complete the callbacks that the handler waits for, once it has been suspended."""
        results = self._task.callbacks
        for operation in self.engine.get(self.arn).operations:
            name = (operation.get("Name") or "").removesuffix(_CREATE_CALLBACK)
            if operation["Type"] != "CALLBACK" or operation["Status"] != "STARTED" or name not in results:
                continue
            callback_id = operation["CallbackDetails"]["CallbackId"]
            result = results[name]
            if isinstance(result, Exception):
                self.engine.callback_fail(
                    callback_id, {"ErrorType": type(result).__name__, "ErrorMessage": str(result)}
                )
            else:
                self.engine.callback_succeed(callback_id, result)
            return  # completing it is a change of its own, which comes here again

    def took(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Take note of updates that were recorded."""
        self.checkpoints += 1
        for update in updates:
            if (ending := ending_of(update)) is not None:
                self.endings[update["Id"]] = ending


def ending_of(update: Mapping[str, Any]) -> Ending | None:
    """How an update ends a context or the execution; None if it is none of these."""
    if update["Type"] not in ("CONTEXT", "EXECUTION") or update["Action"] not in ("SUCCEED", "FAIL"):
        return None
    error = update.get("Error")
    shown = (error.get("ErrorType", ""), error.get("ErrorMessage", "")) if error is not None else None
    return Ending(f"{update['Action']}ED", update.get("Payload"), shown)


class _OneByOne:
    """Passes updates on one by one, so that each makes a state of its own."""

    def __init__(self, service: Service, course: Course) -> None:
        self._service = service
        self._course = course

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        news: dict[str, Any] = {}
        answer: dict[str, Any] = {}
        batches = [[update] for update in updates] or [[]]
        for batch in batches:
            answer = self._service.checkpoint(arn, token, batch)
            token = answer.get("CheckpointToken", token)
            for operation in answer["NewExecutionState"]["Operations"]:
                news.pop(operation["Id"], None)
                news[operation["Id"]] = operation
        self._course.took(updates)
        return answer | {"NewExecutionState": {"Operations": list(news.values())}}

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]:
        return self._service.state(arn, token, marker, max_items)


def run_baseline(task: Task, processes: Processes, seed: int) -> Baseline:
    """Let the execution take its normal course."""
    course = Course(task, processes, lambda life: first_world(seed, life))
    with closing(course.engine):
        view = course.run()
        return Baseline(
            view=view,
            changes=course.changes,
            lives=[life.notes for life in course.lives],
            began=[life.state for life in course.lives],
            checkpoints=course.checkpoints,
            endings=course.endings,
            crashes=course.crashes,
        )
