"""Time as the engine sees it: the wall clock, or one that skips over waiting."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits. Timestamps are UTC in whole milliseconds, as on the wire."""

    def now(self) -> datetime:
        """The current time."""
        ...

    def wait(
        self, condition: threading.Condition, until: datetime | None, *, timeout: float | None, idle: bool
    ) -> None:
        """Return at `until` on this clock, after `timeout` real seconds, or when `condition` is notified.

        Args:
            condition: held by the caller.
            until: None if nothing is to happen at any time.
            timeout: None for no limit.
            idle: whether nothing runs that could make anything happen before `until`; a clock may then skip to it.
        """
        ...


class RealClock:
    """The system's wall clock."""

    def now(self) -> datetime:
        return _milliseconds(datetime.now(UTC))

    def wait(
        self, condition: threading.Condition, until: datetime | None, *, timeout: float | None, idle: bool
    ) -> None:
        _wait(condition, None if until is None else until - datetime.now(UTC), timeout)


class VirtualClock:
    """Passes like the wall clock while something runs, and jumps to the next timer when nothing does.

    It never lags behind the wall clock: SDKs compare the engine's timestamps with their own system time, and would
    take a timer for due that is not.
    """

    def __init__(self) -> None:
        self._skipped = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return _milliseconds(datetime.now(UTC) + self._skipped)

    def wait(
        self, condition: threading.Condition, until: datetime | None, *, timeout: float | None, idle: bool
    ) -> None:
        if idle and until is not None:
            self.advance_to(until)
        else:
            _wait(condition, None if until is None else until - datetime.now(UTC) - self._skipped, timeout)

    def advance_to(self, moment: datetime) -> None:
        """Skip to `moment`, unless it has passed. Timers that become due by it fire when the engine is next driven."""
        with self._lock:
            self._skipped = max(self._skipped, moment - datetime.now(UTC))


def _milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _wait(condition: threading.Condition, remaining: timedelta | None, timeout: float | None) -> None:
    limits = [] if timeout is None else [timeout]
    if remaining is not None:
        limits.append(remaining.total_seconds())
    seconds = min(limits, default=None)
    if seconds is None or seconds > 0:
        condition.wait(seconds)
