"""Invocations of handlers: how they begin, what becomes of their outcome, and what happens when they fail."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from durable_runtime.service.clock import Clock
from durable_runtime.service.errors import ServiceException
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.protocol import Crashed, Host, Invocation, Outcome, Returned, Service, crash
from durable_runtime.service.ledger import Changes, Ledger
from durable_runtime.service.ledgers import Ledgers, new_id
from durable_runtime.service.store.protocol import Store, Superseded
from durable_runtime.service.wire import ErrorObject, InvocationOutput

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Invocations that fail in a row before the execution fails, as in AWS's local runner."""
PENDING_ATTEMPTS = 3
"""The same for those that return PENDING with nothing to wait for. SDKs may do so if what they wait for happens at the
very moment; it does not happen again on replay. AWS's local runner and, by its account, the service are as patient."""
BACKOFF = timedelta(seconds=5)
"""Time between them on the engine's clock, as in AWS's local runner."""


@dataclass(slots=True, eq=False)
class _Running:
    """An invocation that a host is busy with."""

    invocation: Invocation
    finish: Callable[[Outcome], None]
    deadline: float
    forget: Callable[[], None]
    ended: bool = False
    unstored: Outcome | None = None
    """How it ended, if the store could not take it yet."""


class Running:
    """The invocations of this process, and their time limits.

    Time limits are counted in real seconds whatever the engine's clock: virtual time does not pass for running code.
    """

    def __init__(self, host: Host, service: Service, clock: Clock, changed: Callable[[], None]) -> None:
        self._host = host
        self._service = service
        self._clock = clock
        self._changed = changed
        self._by_id: dict[str, _Running] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._by_id)

    def start(
        self,
        invocation: Invocation,
        finish: Callable[[Outcome], None],
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        """Hand an invocation to the host.

        Args:
            invocation: the invocation.
            finish: called with its outcome, on any thread.
            forget: called instead if the engine is closed before.
        """
        request_id = invocation.request_id
        running = _Running(invocation, finish, time.monotonic() + invocation.timeout, forget)
        with self._lock:
            self._by_id[request_id] = running
        try:
            self._host.invoke(invocation, self._service, lambda outcome: self._end(request_id, outcome))
        except Exception as error:
            log.exception("The host failed to start an invocation of %s", invocation.function.name)
            self._end(request_id, crash("Runtime.StartError", f"{type(error).__name__}: {error}"))

    def remaining(self) -> float | None:
        """Real seconds until the next time limit is reached; None if nothing runs."""
        with self._lock:
            deadline = min((running.deadline for running in self._by_id.values() if not running.ended), default=None)
        return None if deadline is None else deadline - time.monotonic()

    def expire(self) -> None:
        """Give up on the invocations that have run out of time; store outcomes that could not be stored before.

        Raises:
            ServiceException: The store fails still.
        """
        now = time.monotonic()
        with self._lock:
            late = [running for running in self._by_id.values() if running.deadline <= now and not running.ended]
            unstored = [running for running in self._by_id.values() if running.unstored is not None]
        for running in unstored:
            if (outcome := running.unstored) is not None:
                self._finish(running, outcome)
        for running in late:
            request_id, seconds = running.invocation.request_id, running.invocation.timeout
            self._host.abandon(request_id)
            stamp = self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            message = f"{stamp}Z {request_id} Task timed out after {seconds:.2f} seconds"
            self._end(request_id, crash("Sandbox.Timedout", message))

    def close(self) -> None:
        """Take no notice any more of how invocations end."""
        with self._lock:
            forgotten = [running for running in self._by_id.values() if not running.ended]
            for running in forgotten:
                running.ended = True
        for running in forgotten:
            running.forget()

    def _end(self, request_id: str, outcome: Outcome) -> None:
        with self._lock:
            running = self._by_id.get(request_id)
            if running is None or running.ended:
                return
            running.ended = True
        try:
            self._finish(running, outcome)
        except ServiceException:
            log.exception("How an invocation of %s ended is to be stored later", running.invocation.function.name)
            running.unstored = outcome
            self._changed()

    def _finish(self, running: _Running, outcome: Outcome) -> None:
        try:
            running.finish(outcome)
        except ServiceException:
            raise
        except Exception:
            log.exception("The outcome of an invocation of %s was lost", running.invocation.function.name)
        # Only now: as long as it is in here, no clock skips ahead of what the outcome sets off.
        with self._lock:
            self._by_id.pop(running.invocation.request_id, None)
        self._changed()


class Invocations:
    """Invokes the handlers of durable executions."""

    def __init__(
        self,
        ledgers: Ledgers,
        store: Store,
        clock: Clock,
        functions: Functions,
        running: Running,
        *,
        timeout: float,
        page_bytes: int | None,
    ) -> None:
        self._ledgers = ledgers
        self._store = store
        self._clock = clock
        self._functions = functions
        self._running = running
        self._timeout = timeout
        self._page_bytes = page_bytes

    def fire(self, arn: str) -> None:
        """Let the timers of an execution that are due take effect."""
        self._ledgers.change(arn, lambda ledger, now: ledger.due(now))

    def invoke(self, arn: str) -> None:
        """Invoke the handler of an execution, if it is to be invoked now."""
        invocation = self._begin(arn)
        if invocation is not None:
            request_id = invocation.request_id
            self._running.start(invocation, lambda outcome: self._complete(arn, request_id, outcome))

    def take_over(self, arn: str) -> None:
        """End an invocation whose process is gone; the handler is invoked again at once.

        Others may do the same: what is abandoned is looked up again once the ledger is at hand, as the invocation in it
        may be a new one.
        """
        error: ErrorObject = {
            "ErrorType": "Runtime.ExitError",
            "ErrorMessage": "The process that ran the invocation is gone",
        }

        def transition(ledger: Ledger, now: datetime) -> Changes | None:
            if ledger.execution.invocation is None or arn not in self._store.abandoned():
                return None
            return ledger.invocation_failed(now, error)

        self._ledgers.change(arn, transition)

    def _begin(self, arn: str) -> Invocation | None:
        while True:
            with self._ledgers.open(arn) as entry:
                ledger = entry.ledger
                start = ledger.execution.start
                parts = start.parts
                function = self._functions.find(parts.function, parts.version)
                if not ledger.execution.needs_invocation or function is None:
                    return None
                request_id = new_id()
                try:
                    self._ledgers.write(entry, ledger.invocation_started(self._clock.now(), request_id))
                except Superseded:
                    continue
                return Invocation(
                    request_id=request_id,
                    function=function,
                    event=_event(arn, ledger, self._page_bytes),
                    function_arn=parts.function_arn,
                    timeout=self._timeout,
                    tenant_id=start.tenant_id,
                )

    def _complete(self, arn: str, request_id: str, outcome: Outcome) -> None:
        failure: _Failure | None = None

        def transition(ledger: Ledger, now: datetime) -> Changes | None:
            nonlocal failure
            current = ledger.execution.invocation
            if current is None or current.request_id != request_id:
                return None
            output = _output(outcome)
            failure = _failure(outcome, output, ledger)
            if failure is None:
                return ledger.invocation_completed(now, output)
            return ledger.invocation_failed(now, failure.error, now + BACKOFF)

        def give_up(ledger: Ledger, now: datetime) -> Changes | None:
            if failure is None or ledger.execution.failures < failure.attempts or ledger.execution.ended:
                return None
            return ledger.fail(now, failure.error)

        _, changes = self._ledgers.change(arn, transition)
        if changes is not None:
            self._ledgers.change(arn, give_up)


class _Failure(NamedTuple):
    """Why an invocation failed, and how many may fail in a row before the execution does."""

    error: ErrorObject
    attempts: int


def _failure(outcome: Outcome, output: InvocationOutput, ledger: Ledger) -> _Failure | None:
    """The failure that an outcome is; None if the ledger is to judge it."""
    if isinstance(outcome, Crashed):
        return _Failure(cast(ErrorObject, outcome.error), 1 if outcome.final else ATTEMPTS)
    if output.get("Status") == "PENDING" and not ledger.execution.ended and not ledger.may_wait():
        message = "Cannot return PENDING status with no pending operations."
        error: ErrorObject = {"ErrorType": "InvalidParameterValueException", "ErrorMessage": message}
        return _Failure(error, PENDING_ATTEMPTS)
    return None


def _event(arn: str, ledger: Ledger, page_bytes: int | None) -> dict[str, Any]:
    """The event that invokes the handler: where it is, and the first page of its state."""
    page = ledger.state_page(max_bytes=page_bytes)
    return {
        "DurableExecutionArn": arn,
        "CheckpointToken": ledger.checkpoint_token,
        "InitialExecutionState": {"Operations": page.operations, "NextMarker": page.next_marker or ""},
        "UpdatedOperationIds": ledger.updated_since_last_invocation(),
    }


def _output(outcome: Outcome) -> InvocationOutput:
    """What a durable handler returned; an empty output, which the ledger refuses, if it is no object."""
    value = json.loads(outcome.payload) if isinstance(outcome, Returned) else None
    return cast(InvocationOutput, value if isinstance(value, dict) else {})
