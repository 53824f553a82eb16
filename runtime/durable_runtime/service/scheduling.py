"""Drives executions: finds what is to be done now, does it, and waits for the next moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from durable_runtime.service.chained import Chained
from durable_runtime.service.clock import Clock
from durable_runtime.service.errors import ResourceNotFoundException
from durable_runtime.service.functions import Functions
from durable_runtime.service.invocations import Invocations, Running
from durable_runtime.service.ledger import Changes
from durable_runtime.service.ledgers import Ledgers
from durable_runtime.service.limits import WAIT
from durable_runtime.service.store.protocol import Store

_AT_ONCE = 64
"""Timers fired, and expired executions deleted, between two looks at everything else."""

_LIFETIME = timedelta(seconds=WAIT)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Drive(Enum):
    """Why driving ended."""

    DONE = "done"
    IDLE = "idle"
    """Nothing runs and no timer is set, the age that no execution outlives (366 days) aside."""
    TIMED_OUT = "timed out"
    CLOSED = "closed"
    """The engine was closed meanwhile."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """How far a thread drives."""

    deadline: float | None
    """On `time.monotonic`'s clock."""
    until_idle: bool
    horizon: datetime | None

    def remaining(self) -> float | None:
        """Real seconds left; None for no limit."""
        return None if self.deadline is None else self.deadline - time.monotonic()


class Scheduler:
    """The loop that makes executions advance.

    Any number of threads may drive. One of them leads: it starts invocations, fires timers, and waits for the next one
    (or skips to it, in virtual time); the others wait until what they drive for has come about, or the lead is free.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        functions: Functions,
        ledgers: Ledgers,
        running: Running,
        invocations: Invocations,
        chained: Chained,
        *,
        max_workers: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._functions = functions
        self._ledgers = ledgers
        self._running = running
        self._invocations = invocations
        self._chained = chained
        self._max_workers = max_workers
        self.peer_listeners: list[Callable[[], None]] = []
        self._condition = threading.Condition()
        self._lead = threading.RLock()
        self._closing = False
        self._happened = 0
        self._watchers = 0
        self._waits_until: datetime | None = None
        self._hesitates = False
        self._look_for_abandoned = True

    def changed(self) -> None:
        """Something happened that drivers must look at."""
        with self._condition:
            self._happened += 1
            self._condition.notify_all()

    def stored(self, changes: Changes) -> None:
        """A transition was stored. Wakes the drivers if it makes work, or may be what one of them waits for."""
        execution = changes.execution
        due = execution.next_due
        if (
            self._watchers
            or self._hesitates
            or execution.needs_invocation
            or execution.ended
            or changes.invokes
            or (due is not None and ((waits_until := self._waits_until) is None or due < waits_until))
        ):
            self.changed()

    def close(self) -> None:
        """Make all drivers return. When this does, none of them uses the store any more."""
        self._closing = True
        self.changed()
        with self._lead:
            pass

    def drive(
        self,
        done: Callable[[], bool],
        *,
        timeout: float | None = None,
        until_idle: bool = False,
        every_change: bool = False,
        horizon: datetime | None = None,
    ) -> Drive:
        """Drive all executions until `done()`.

        Args:
            done: looked at whenever an execution may have become runnable or have ended.
            timeout: real seconds after which to give up.
            until_idle: give up when nothing runs and no timer is set, so that only other threads or processes can make
                anything happen. Otherwise wait for them.
            every_change: look at `done` after every transition that this engine makes.
            horizon: a moment up to which to go: give up when it has come and nothing runs any more.
        """
        self._store.watch(self._peers_changed)
        aim = _Aim(None if timeout is None else time.monotonic() + timeout, until_idle, horizon)
        with self._condition:
            self._watchers += every_change
        try:
            while True:
                happened = self._happened
                if self._closing:
                    return Drive.CLOSED
                if done():
                    return Drive.DONE
                remaining = aim.remaining()
                if remaining is not None and remaining <= 0:
                    return Drive.TIMED_OUT
                if not self._lead.acquire(blocking=False):
                    self._follow(happened, remaining)
                elif not self._go_on(happened, aim):
                    return Drive.IDLE
        finally:
            with self._condition:
                self._watchers -= every_change
            self.changed()

    def _peers_changed(self) -> None:
        """Another process made work for this one, or is gone and left some."""
        self._look_for_abandoned = True
        self.changed()
        for listener in self.peer_listeners.copy():
            listener()

    def _go_on(self, happened: int, aim: _Aim) -> bool:
        """Do what is to be done or, if there is nothing, wait. False if there is nothing to wait for either."""
        try:
            return self._work() or self._rest(happened, aim)
        finally:
            self._lead.release()

    def _work(self) -> bool:
        """Do all that can be done at this moment; False if there was nothing."""
        now = self._clock.now()
        self._running.expire()
        if self._look_for_abandoned:
            self._look_for_abandoned = False
            for arn in self._store.abandoned():
                self._invocations.take_over(arn)
        worked = self._chained.settle()
        for arn in self._store.due(now, _AT_ONCE):
            self._invocations.fire(arn)
            worked = True
        names = {function.name.partition(":")[0] for function in self._functions}
        free = self._max_workers - len(self._running)
        if free > 0:
            for arn in self._store.runnable(names, free):
                self._invocations.invoke(arn)
                worked = True
        free = self._max_workers - len(self._running)
        if free > 0:
            for call in self._store.calls(names, free):
                self._chained.call(call)
                worked = True
        return worked

    def _rest(self, happened: int, aim: _Aim) -> bool:
        """Wait until there is something to do; False if only others could make anything happen."""
        if self._sweep():
            return True
        due = self._store.next_due()
        is_set = due is not None and self._is_set(due)
        elsewhere = self._store.busy_elsewhere()
        with self._condition:
            if self._happened != happened:
                return True
            # What is being stored may be what virtual time must not skip over.
            self._hesitates = self._ledgers.untold
            idle = len(self._running) == 0 and not elsewhere and not self._hesitates
            reached = aim.horizon is not None and self._clock.now() >= aim.horizon
            if idle and (reached or (aim.until_idle and not is_set)):
                return False
            moments = [moment for moment in (due, None if reached else aim.horizon) if moment is not None]
            self._waits_until = until = min(moments, default=_NEVER)
            try:
                self._clock.wait(
                    self._condition,
                    until if moments else self._store.next_expiry(),
                    timeout=_earlier(aim.remaining(), self._running.remaining()),
                    idle=idle and (is_set or aim.horizon is not None),
                )
            finally:
                self._waits_until = None
                self._hesitates = False
        return True

    def _is_set(self, due: datetime) -> bool:
        """Whether the timer at `due` was set by anybody, and is not just the age that no execution outlives."""
        for arn in self._store.due(due, 1):
            with suppress(ResourceNotFoundException), self._ledgers.open(arn) as entry:
                execution = entry.ledger.execution
                return execution.next_due != execution.start.started_at + _LIFETIME
        return False

    def _follow(self, happened: int, remaining: float | None) -> None:
        with self._condition:
            if self._happened == happened:
                self._condition.wait(remaining)

    def _sweep(self) -> bool:
        """Delete executions whose retention has ended; False if there were none."""
        expired = self._store.expired(self._clock.now(), _AT_ONCE)
        for arn in expired:
            self._ledgers.delete(arn)
        return bool(expired)


def _earlier(one: float | None, other: float | None) -> float | None:
    return min((seconds for seconds in (one, other) if seconds is not None), default=None)
