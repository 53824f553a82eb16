"""What a runner knows of its executions: it listens to its engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from durable_runtime.service.ledger import Changes, Execution
from durable_runtime.service.ledger.timers import timers_of
from durable_runtime.service.wire import Event

T = TypeVar("T")

_PATIENCE = ("timeout", "heartbeat")


class Timer(NamedTuple):
    """Something that happens to an operation at a moment; to a callback, unless somebody completes it before."""

    due: datetime
    is_patience: bool


@dataclass(slots=True)
class Watched:
    """An execution as it is now."""

    header: Execution
    events: list[Event] = field(default_factory=list)
    timers: dict[str, tuple[Timer, ...]] = field(default_factory=dict)
    """What operations wait for, by operation id: moments, and whether something else may happen before."""

    def heard(self, changes: Changes) -> None:
        """Take note of a transition."""
        self.header = changes.execution
        self.events.extend(changes.events)
        for operation in changes.operations:
            if timers := timers_of(operation):
                self.timers[operation["Id"]] = tuple(Timer(due, kind in _PATIENCE) for due, kind in timers)
            else:
                self.timers.pop(operation["Id"], None)

    def next(self, *, patience: bool) -> datetime | None:
        """When the execution goes on by itself, or when its patience with a callback ends."""
        due = [timer.due for timers in self.timers.values() for timer in timers if timer.is_patience is patience]
        if not patience and self.header.retry_at is not None:
            due.append(self.header.retry_at)
        return min(due, default=None)


@dataclass(slots=True, eq=False)
class _Waiter(Generic[T]):
    watched: Watched
    look: Callable[[Watched], T | None]
    found: T | None = None


class Watch:
    """All executions of a runner, and those who wait for something to become of them."""

    def __init__(self) -> None:
        self.executions: dict[str, Watched] = {}
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting: list[_Waiter[Any]] = []
        self.failure: BaseException | None = None

    def heard(self, changes: Changes) -> None:
        """Take note of a transition, and whom it satisfies.

        The engine calls this before it looks for the next thing to do: nothing is skipped that a waiter wants to see.
        """
        header = changes.execution
        with self._lock:
            watched = self.executions.get(header.arn)
            if watched is None:
                watched = self.executions[header.arn] = Watched(header)
            watched.heard(changes)
            if self._waiting:
                self._look_again()

    def failed(self, error: BaseException) -> None:
        """Nothing will happen any more."""
        with self._lock:
            self.failure = error
            self._changed.notify_all()

    def running(self) -> list[Watched]:
        """The executions that are not over."""
        with self._lock:
            return [watched for watched in self.executions.values() if not watched.header.ended]

    @property
    def is_waited_for(self) -> bool:
        """Whether the test does nothing but wait at present."""
        return bool(self._waiting)

    def wait_for(
        self, arn: str, look: Callable[[Watched], T | None], timeout: float, begun: Callable[[], None]
    ) -> T | None:
        """What `look` finds in an execution, now or after some transition; None after `timeout` real seconds.

        `begun` is called, in case it takes waiting, when that has begun.
        """
        with self._waiter(arn, look) as waiter:
            begun()
            deadline = time.monotonic() + timeout
            with self._lock:
                while waiter.found is None and self.failure is None and (left := deadline - time.monotonic()) > 0:
                    self._changed.wait(left)
        if waiter.found is None and self.failure is not None:
            raise RuntimeError("the engine has stopped working") from self.failure
        return waiter.found

    @contextmanager
    def _waiter(self, arn: str, look: Callable[[Watched], T | None]) -> Iterator[_Waiter[T]]:
        waiter = _Waiter(self.executions[arn], look)
        with self._lock:
            self._waiting.append(waiter)
            self._look_again()
        try:
            yield waiter
        finally:
            with self._lock:
                if waiter in self._waiting:
                    self._waiting.remove(waiter)

    def _look_again(self) -> None:
        for waiter in self._waiting.copy():
            waiter.found = waiter.look(waiter.watched)
            if waiter.found is not None:
                self._waiting.remove(waiter)
                self._changed.notify_all()
