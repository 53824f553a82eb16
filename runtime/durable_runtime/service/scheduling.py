"""Drives executions: finds what is to be done now, does it, and waits for the next moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
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
        self._condition = threading.Condition()
        self._lead = threading.Lock()
        self._happened = 0
        self._watchers = 0
        self._waits_until: datetime | None = None
        self._look_for_abandoned = True

    def changed(self) -> None:
        """Something happened that drivers must look at."""
        with self._condition:
            self._happened += 1
            self._condition.notify_all()

    def published(self, changes: Changes) -> None:
        """A transition was stored. Wakes the drivers if it makes work, or may be what one of them waits for."""
        execution = changes.execution
        due = execution.next_due
        if (
            self._watchers
            or execution.needs_invocation
            or execution.ended
            or changes.invokes
            or (due is not None and ((waits_until := self._waits_until) is None or due < waits_until))
        ):
            self.changed()

    def drive(
        self,
        done: Callable[[], bool],
        *,
        timeout: float | None = None,
        until_idle: bool = False,
        every_change: bool = False,
    ) -> Drive:
        """Drive all executions until `done()`.

        Args:
            done: looked at whenever an execution may have become runnable or have ended.
            timeout: real seconds after which to give up.
            until_idle: give up when nothing runs and no timer is set, so that only other threads or processes can make
                anything happen. Otherwise wait for them.
            every_change: look at `done` after every transition that this engine makes.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._store.watch(self._peers_changed)
        with self._condition:
            self._watchers += every_change
        try:
            while True:
                happened = self._happened
                if done():
                    return Drive.DONE
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    return Drive.TIMED_OUT
                if not self._lead.acquire(blocking=False):
                    self._follow(happened, remaining)
                elif not self._go_on(happened, remaining, until_idle):
                    return Drive.IDLE
        finally:
            with self._condition:
                self._watchers -= every_change
            self.changed()

    def _peers_changed(self) -> None:
        """Another process made work for this one, or is gone and left some."""
        self._look_for_abandoned = True
        self.changed()

    def _go_on(self, happened: int, remaining: float | None, until_idle: bool) -> bool:
        """Do what is to be done or, if there is nothing, wait. False if there is nothing to wait for either."""
        try:
            return self._work() or self._rest(happened, remaining, until_idle)
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

    def _rest(self, happened: int, remaining: float | None, until_idle: bool) -> bool:
        """Wait until there is something to do; False if only others could make anything happen."""
        if self._sweep():
            return True
        due = self._store.next_due()
        is_set = due is not None and self._is_set(due)
        with self._condition:
            if self._happened != happened:
                return True
            idle = len(self._running) == 0
            if idle and until_idle and not is_set:
                return False
            deadline = self._running.next_deadline()
            if deadline is not None:
                left = deadline - time.monotonic()
                remaining = left if remaining is None else min(left, remaining)
            self._waits_until = due or _NEVER
            try:
                until = due or self._store.next_expiry()
                self._clock.wait(self._condition, until, timeout=remaining, idle=idle and is_set)
            finally:
                self._waits_until = None
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
