"""The clock of tests: skips waiting, but leaves time to those who may complete a callback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from durable_runtime.service.clock import VirtualClock
from durable_runtime.testing.watch import Watch

_ENGINE_THREADS = ("invocation-", "durable-")
"""How the threads of the engine and of the SDK are called."""

_BETWEEN_LOOKS = 0.02
"""Seconds between two looks at whether threads of the test's own are still there."""


class SkippingClock(VirtualClock):
    """Skips waits and retries as soon as nothing runs.

    A callback's timeout is skipped only while the test waits for an outcome, and no thread of its own is left that
    could complete the callback: otherwise it takes its real time. The same goes for the execution timeout, which counts
    the time that passes, not the time that is skipped, as in AWS's local runner.

    Args:
        watch: the executions.
        hold_timeout: makes the execution timeout of the execution with this ARN come so many seconds later.
    """

    def __init__(self, watch: Watch, hold_timeout: Callable[[str, float], None]) -> None:
        super().__init__()
        self._watch = watch
        self._hold_timeout = hold_timeout
        self._known_threads = set(threading.enumerate())
        self._condition: threading.Condition | None = None

    def wait(
        self, condition: threading.Condition, until: datetime | None, *, timeout: float | None, idle: bool
    ) -> None:
        # Whoever begins to wait from now on finds the condition, or is seen below.
        self._condition = condition
        if not idle or until is None:
            super().wait(condition, until, timeout=timeout, idle=False)
            return
        executions = self._watch.running()
        plan = _earliest(watched.next(patience=False) for watched in executions)
        patience = _earliest(watched.next(patience=True) for watched in executions)
        if plan is not None and (patience is None or plan <= patience):
            self._skip(condition, plan)
        elif not self._watch.is_waited_for:
            super().wait(condition, until, timeout=timeout, idle=False)
        elif self._others():
            super().wait(condition, until, timeout=min(timeout or _BETWEEN_LOOKS, _BETWEEN_LOOKS), idle=False)
        elif patience is not None:
            self._skip(condition, patience)
        else:
            self.advance_to(until)  # nothing is left but the execution timeout

    def look_again(self) -> None:
        """The test has begun to wait: nobody else may be left to be patient with."""
        if (condition := self._condition) is not None:
            with condition:
                condition.notify_all()

    def _skip(self, condition: threading.Condition, until: datetime) -> None:
        seconds = (until - datetime.now(UTC) - self._skipped).total_seconds()
        # Others want the lock that goes with the condition while they hold that of an execution.
        condition.release()
        try:
            for watched in self._watch.running():
                self._hold_timeout(watched.header.arn, max(0.0, seconds))
            self.advance_to(until)
        finally:
            condition.acquire()

    def _others(self) -> bool:
        return any(
            thread not in self._known_threads and not thread.name.startswith(_ENGINE_THREADS)
            for thread in threading.enumerate()
        )


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
