"""The change thread: tells plugins about changed operations without delaying a checkpoint."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from durable_runtime.instrumentation.containment import log
from durable_runtime.lambda_service import Operation


@dataclass(frozen=True, slots=True)
class Change:
    """Operations whose status has changed, and all there were then."""

    updated: Mapping[str, Operation]
    operations: Mapping[str, Operation]

    def followed_by(self, later: Change) -> Change:
        """Both as one: every operation of either, in its latest state."""
        updated = {
            operation_id: later.operations.get(operation_id, operation)
            for operation_id, operation in (*self.updated.items(), *later.updated.items())
        }
        return Change(updated, later.operations)


class ChangeFeed:
    """Delivers changes in order, on a thread that starts with the first one.

    While one is being delivered the next ones merge, so that a slow plugin holds two of them, not a queue. Without a
    thread, because the process can't start one, all of them merge into one that `close` delivers.

    Args:
        deliver: tells the plugins; raises only what tells the thread to stop. On the change thread, which nobody waits
            to stop, that is logged.
    """

    def __init__(self, deliver: Callable[[Change], None]) -> None:
        self._deliver = deliver
        self._pending: Change | None = None
        self._closed = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._threadless = False

    def submit(self, change: Change) -> None:
        """Deliver it soon."""
        with self._wake:
            self._pending = change if self._pending is None else self._pending.followed_by(change)
            if self._thread is None and not self._threadless:
                self._start()
            self._wake.notify()

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="plugin-change", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self._threadless = True
            log(
                logging.WARNING,
                "Plugin change thread could not be started; on_operation_change runs once on the handler thread "
                "before on_invocation_end",
                error=error,
            )
        else:
            self._thread = thread

    def close(self) -> None:
        """Wait until all is delivered; what was left without a thread is delivered here, and may raise here."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
        change, self._pending = self._pending, None
        if change is not None:
            self._deliver(change)

    def _run(self) -> None:
        while (change := self._next()) is not None:
            try:
                self._deliver(change)
            except BaseException as error:
                log(
                    logging.ERROR,
                    "Plugin on_operation_change hook raised on the plugin change thread; ignored",
                    error=error,
                )

    def _next(self) -> Change | None:
        with self._wake:
            while self._pending is None and not self._closed:
                self._wake.wait()
            change, self._pending = self._pending, None
            return change
