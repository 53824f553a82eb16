"""Processes in which a handler is invoked in a world of its own."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from durable_runtime.service.hosts.protocol import Crashed, Invocation, Outcome, Service, crash
from durable_runtime.service.hosts.worker import WorkerHost
from durable_runtime.testing.verifier.notes import Notes, read_notes
from durable_runtime.testing.verifier.world import Setting, World

_PRELUDE = "durable_runtime.testing.verifier.prelude:begin"
_STARTING = 30.0
"""Real seconds that a process may take to start, on a busy machine."""


class Process:
    """A process that serves invocations, one after the other.

    Args:
        name: of its files.
        moment: the execution's own time at which it starts.
        ticks: False lets its clock stand still.
    """

    def __init__(self, setting: Setting, name: str, world: World, moment: datetime, *, ticks: bool = True) -> None:
        beginning = setting.beginning(name, world, moment, ticks=ticks)
        self.world = world
        self._setting = setting
        self._notes = Path(beginning.notes)
        variables = world.variables() | beginning.variables()
        self._host = WorkerHost(1, environment=variables, prelude=_PRELUDE)
        self._started = moment
        self._lock = threading.Lock()

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        """Start an invocation whose time is that of the process's start, and return at once."""
        self._host.invoke(*self._moved(invocation, service, self.world.ahead), done)

    def probe(self, invocation: Invocation, service: Service, moment: datetime) -> Outcome:
        """Make an invocation at `moment` on the execution's clock, and wait until it has ended."""
        outcomes: list[Outcome] = []
        ended = threading.Event()

        def done(outcome: Outcome) -> None:
            outcomes.append(outcome)
            ended.set()

        shift = self.world.ahead - (moment - self._started).total_seconds()
        self._host.invoke(*self._moved(invocation, service, shift), done)
        if not ended.wait(self._setting.timeout + _STARTING):
            self.kill(invocation.request_id)
            return crash("Sandbox.Timedout", f"Task timed out after {self._setting.timeout:g} seconds")
        return outcomes[0]

    def kill(self, request_id: str) -> None:
        """End the process at once while it is busy with an invocation."""
        self._host.abandon(request_id)

    def notes(self, request_id: str) -> Notes:
        """What it told about an invocation so far."""
        return read_notes(self._notes).get(request_id, Notes())

    def close(self) -> None:
        """End the process."""
        self._host.close()

    @staticmethod
    def _moved(invocation: Invocation, service: Service, seconds: float) -> tuple[Invocation, Service]:
        shift = timedelta(seconds=seconds)
        if not invocation.function.durable:
            return invocation, service
        moved = Invocation(
            request_id=invocation.request_id,
            function=invocation.function,
            event=shifted(invocation.event, shift),
            function_arn=invocation.function_arn,
            timeout=invocation.timeout,
            tenant_id=invocation.tenant_id,
        )
        return moved, _ShiftedService(service, shift)


class Processes:
    """Gives each process of a verification a name of its own."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._numbers = itertools.count()

    def start(self, world: World, moment: datetime, *, ticks: bool = True) -> Process:
        """Start a process in a world."""
        return Process(self.setting, f"process-{next(self._numbers)}", world, moment, ticks=ticks)


class _ShiftedService:
    """A service whose answers are from another time."""

    def __init__(self, service: Service, shift: timedelta) -> None:
        self._service = service
        self._shift = shift

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        answer: dict[str, Any] = shifted(self._service.checkpoint(arn, token, updates, client_token), self._shift)
        return answer

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]:
        answer: dict[str, Any] = shifted(self._service.state(arn, token, marker, max_items), self._shift)
        return answer


def shifted(value: Any, shift: timedelta) -> Any:
    """A copy of a wire value in which every timestamp is moved."""
    if isinstance(value, dict):
        return {key: shifted(item, shift) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shifted(item, shift) for item in value]
    return value + shift if isinstance(value, datetime) else value


def output_of(outcome: Outcome) -> dict[str, Any] | None:
    """What the handler answered; None if it crashed."""
    if isinstance(outcome, Crashed):
        return None
    value = json.loads(outcome.payload)
    return value if isinstance(value, dict) else {}
