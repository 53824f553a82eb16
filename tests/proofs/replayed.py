"""Runs a durable function on an SDK and the engine below it, and kills it at every checkpoint.

Each invocation runs in a process of its own, unless the world keeps those that suspend. As soon as the service has
recorded something new, the process is killed, and the next one replays from the top what has been recorded: all that
AWS Lambda may do, as often as it may. Only while a step is under way nothing is killed, because a step that is cut off
runs again by design.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tests.proofs.processes import Processes

_LONGEST = 10.0
"""Seconds that one invocation may take between two checkpoints."""

_LONGEST_EXECUTION = 40

_MOST_INVOCATIONS = 60

_STARTED_ON_THE_SIDE = ("STEP", "CONTEXT")
"""What begins to run before its start is recorded: a process killed there could have done half of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was noted in an invocation: ``saw`` and ``did`` by the program, ``slept`` and ``wrote`` by ``worker.py``."""

    invocation: int
    kind: str
    point: str
    value: str


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: its result, or the error that it ended with, and all that was noted on the way."""

    result: object
    error: str | None
    entries: tuple[Entry, ...]
    invocations: int


@dataclass(frozen=True, slots=True)
class World:
    """What is around a function: what those send who complete its callbacks, and what the functions it invokes give.

    Callbacks and functions go by name: a callback of ``wait_for_callback(..., name="x")`` is ``x create callback id``.
    What is sent to a callback arrives as it is written here. With ``keeps_processes`` a process that has suspended the
    execution also resumes it, as it may on Lambda.
    """

    callbacks: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, object] = field(default_factory=dict)
    keeps_processes: bool = False


class _Invocations:
    """The handler that the runner knows: it has the real one run elsewhere, and killed."""

    def __init__(self, folder: Path, processes: Processes, *, keeps_processes: bool) -> None:
        self._folder = folder
        self._processes = processes
        self._keeps_processes = keeps_processes
        self._kept: tuple[Connection, int] | None = None
        self.entries: list[Entry] = []
        self.count = 0
        self.outputs: SimpleQueue[dict] = SimpleQueue()

    def __call__(self, event: Any, _: object) -> dict:
        """What one of the runner's invocations gives, after as many processes as it takes."""
        output = self._output(event)
        self.outputs.put(output)
        return output

    def _output(self, event: Any) -> dict:
        while self.count < _MOST_INVOCATIONS:
            self.count += 1
            connection, process = self._kept or self._processes.start(self._folder)
            self._kept = None
            connection.send((replace(event, service_client=None), f"request-{self.count}"))
            life = _Life(event, connection, process, self)
            output = life.output()
            if self._keeps_processes and output is not None and output["Status"] == "PENDING":
                self._kept = connection, process
            else:
                connection.close()
            if output is not None:
                return output
            known = event.service_client.get_execution_state(event.durable_execution_arn, life.token, "")
            state = replace(
                event.initial_execution_state, operations=known.operations, next_marker=known.next_marker or ""
            )
            event = replace(event, checkpoint_token=life.token, initial_execution_state=state)
        return _failed("the execution comes to no end")

    def close(self) -> None:
        """Let a process go that was kept for the next invocation."""
        if self._kept is not None:
            self._kept[0].close()


class _Life:
    """What one process asks of the service, until its invocation is done or it has to die."""

    def __init__(self, event: Any, connection: Connection, process: int, log: _Invocations) -> None:
        self._event = event
        self._connection = connection
        self._process = process
        self._log = log
        self._under_way: set[str] = set()
        self.token = event.checkpoint_token

    def output(self) -> dict | None:
        """What the handler gave, ``None`` when it was killed on the way."""
        while self._connection.poll(_LONGEST):
            try:
                what, entries, values = self._connection.recv()
            except EOFError:
                return _failed("the process ended")
            self._log.entries += [Entry(self._log.count, *entry) for entry in entries]
            if what == "returned":
                return values[0]
            if what == "raised":
                return _failed(values[0])
            answer, error = self._asked(what, values)
            if what == "checkpoint" and error is None:
                self.token = answer.checkpoint_token
                if self._is_progress(values[2]):
                    os.kill(self._process, signal.SIGKILL)
                    return None
            self._connection.send((answer, error))
        os.kill(self._process, signal.SIGKILL)
        return _failed("the invocation comes to no end")

    def _asked(self, what: str, values: tuple) -> tuple:
        try:
            return getattr(self._event.service_client, what)(*values), None
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"

    def _is_progress(self, updates: list[Any]) -> bool:
        """Whether something was recorded that the program waits for, while no step is under way."""
        waited_for = False
        for update in updates:
            kind, is_start = update.operation_type.value, update.action.value == "START"
            waited_for |= not is_start or kind not in _STARTED_ON_THE_SIDE
            if kind == "STEP":
                (self._under_way.add if is_start else self._under_way.discard)(update.operation_id)
        return waited_for and not self._under_way


def _failed(why: str) -> dict:
    return {"Status": "FAILED", "Error": {"ErrorType": "Replay", "ErrorMessage": why}}


def run(folder: Path, event: object, world: World, processes: Processes) -> Run:
    """Execute ``handler`` of ``handler.py`` in a folder once, with all the replays there can be."""
    invocations = _Invocations(folder, processes, keeps_processes=world.keeps_processes)
    with processes.ground.runner(invocations) as runner, closing(invocations):
        for name, given in world.functions.items():
            runner.register_function(name, lambda payload, context, given=given: given)
        execution = runner.run_async(json.dumps(event))
        try:
            _complete_callbacks(runner, execution, dict(world.callbacks), invocations.outputs)
            ended = runner.wait_for_result(execution, timeout=_LONGEST_EXECUTION)
        except (Empty, TimeoutError):
            result, failure = None, "the execution comes to no end"
        else:
            result, failure = _ended(ended)
    return Run(result, failure, tuple(invocations.entries), invocations.count)


def _complete_callbacks(runner: Any, execution: str, waiting: dict[str, str], outputs: SimpleQueue[dict]) -> None:
    """Send what is to be sent, each time that the execution has suspended: until then nobody has answered."""
    while waiting and outputs.get(timeout=_LONGEST)["Status"] == "PENDING":
        for name in tuple(waiting):
            with suppress(TimeoutError):
                callback = runner.wait_for_callback(execution, name, timeout=0.1)
                runner.send_callback_success(callback, waiting.pop(name).encode())


def _ended(ended) -> tuple[object, str | None]:
    if ended.status.value == "SUCCEEDED":
        return json.loads(ended.result) if ended.result else None, None
    error = ended.error
    return None, f"{error.type}: {error.message}" if error is not None else str(ended.status)
