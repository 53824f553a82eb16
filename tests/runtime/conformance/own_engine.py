"""The engine of durable_runtime, in virtual time, as the conformance package's Lambda service."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.worker import WorkerHost
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.sqlite import SqliteStore
from durable_runtime.service.wire import ErrorObject

from tests.runtime.conformance import sdks
from tests.runtime.conformance.registry import Entry, targets

# The longest wait of a requirement is an hour.
EXECUTION_SECONDS = 24 * 60 * 60


class Reached(Exception):
    """Nothing is left to do before the moment up to which time was to pass."""


class SteppedClock:
    """Stands still while handlers run, however long they take, and skips no further than it is told to.

    When there is nothing left to do up to there, it ends the driving of the engine.
    """

    def __init__(self) -> None:
        # Well ahead of the wall clock, to which SDKs compare timers: it may not catch up while this one stands still.
        self._now = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
        self._limit: datetime | None = None

    def now(self) -> datetime:
        return self._now

    def pass_until(self, moment: datetime | None) -> None:
        """Let time pass up to this moment, or as far as there are timers."""
        self._limit = moment

    def advance_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)

    def wait(
        self, condition: threading.Condition, until: datetime | None, *, timeout: float | None, idle: bool
    ) -> None:
        if not idle or until is None:
            condition.wait(timeout)
        elif self._limit is not None and until > self._limit:
            raise Reached
        else:
            self.advance_to(until)


class OwnEngine:
    """One execution of one handler, kept in memory or in a file of its own in ``folder``."""

    def __init__(self, sdk: str, folder: Path | None, suite: str, identifier: str, entry: Entry) -> None:
        self._clock = SteppedClock()
        functions = Functions()
        for name, target in targets.items():
            functions.register(name, target)
        in_a_worker = f"tests.runtime.conformance.worker:{suite}/{identifier}"
        functions.register(
            identifier, in_a_worker if entry.dies else entry.handler, execution_timeout=EXECUTION_SECONDS
        )
        host = WorkerHost(1, environment={sdks.VARIABLE: sdk}) if entry.dies else InProcessHost()
        store = MemoryStore() if folder is None else SqliteStore(folder / f"{identifier}.db")
        # One at a time: a function that is called runs when the invocation that called it has ended.
        self._engine = Engine(store, self._clock, functions, host, max_workers=1)
        self._function = identifier
        self._arn = ""

    def start(self, payload: str) -> str:
        self._arn = self._engine.start(self._function, payload, name=self._function)
        return self._arn

    def finish(self, arn: str) -> None:
        self._engine.run(arn)

    def sleep(self, seconds: float) -> None:
        moment = self._clock.now() + timedelta(seconds=seconds)
        self._clock.pass_until(moment)
        with suppress(Reached):
            self._engine.run(self._arn)
        self._clock.advance_to(moment)
        self._clock.pass_until(None)

    def time(self) -> float:
        return self._clock.now().timestamp()

    def history(self, arn: str) -> dict[str, Any]:
        return self._engine.history(arn)

    def execution(self, arn: str) -> dict[str, Any]:
        return self._engine.describe(arn)

    def succeed(self, callback_id: str, result: bytes | None) -> None:
        self._engine.callback_succeed(callback_id, result)

    def fail(self, callback_id: str, error: dict[str, Any]) -> None:
        self._engine.callback_fail(callback_id, cast(ErrorObject, error))

    def heartbeat(self, callback_id: str) -> None:
        self._engine.callback_heartbeat(callback_id)

    def close(self) -> None:
        self._engine.close()
