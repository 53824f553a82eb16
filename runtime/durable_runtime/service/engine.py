"""The engine: runs durable functions on this machine and answers Lambda's durable API."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from durable_runtime.service.answers import Answers
from durable_runtime.service.arn import LATEST, ExecutionArn, FunctionName
from durable_runtime.service.chained import Chained
from durable_runtime.service.clock import Clock
from durable_runtime.service.errors import (
    DurableExecutionAlreadyStartedException,
    InvalidParameterValueException,
    ResourceNotFoundException,
    ServiceException,
)
from durable_runtime.service.functions import Function, Functions
from durable_runtime.service.hosts.protocol import Host, Outcome
from durable_runtime.service.invocations import Invocations, Running
from durable_runtime.service.ledger import Start
from durable_runtime.service.ledgers import Ledgers, Listener, Transition, new_id
from durable_runtime.service.limits import ASYNCHRONOUS_PAYLOAD, SYNCHRONOUS_PAYLOAD
from durable_runtime.service.scheduling import Drive, Scheduler
from durable_runtime.service.store.protocol import NameTaken, Store
from durable_runtime.service.tokens import CallbackId
from durable_runtime.service.views import ExecutionView
from durable_runtime.service.wire import ErrorObject

INVOCATION_TIMEOUT = 900.0
"""Seconds after which Lambda ends an invocation, at most."""

_AFTER_FAILURE = 1.0
"""Seconds to wait after the store has failed."""

log = logging.getLogger(__name__)


class Engine(Answers):
    """Runs durable executions.

    Nothing runs by itself: executions advance while some thread drives them, by `run`, `wait_for`, `run_until`,
    `run_until_idle` or `serve_forever`, and all of them do then, whichever one is waited for. Handlers run on the
    host's threads or processes. With a `VirtualClock` the engine skips to the next timer as soon as no handler runs and
    none is to be invoked; it never skips while nobody drives.

    All methods may be called from any thread, and by handlers. They raise the API's errors
    (`durable_runtime.service.errors`), `ResourceNotFoundException` for an execution or callback that does not exist.
    What they return in dictionaries has the shape of botocore's model of Lambda, with datetimes.

    Args:
        store: where executions are kept; the engine closes it.
        clock: real or virtual time.
        functions: the functions that this engine serves. Executions of other functions in the store are left alone.
        host: runs the handlers; the engine closes it.
        max_workers: how many invocations may run at once.
        invocation_timeout: real seconds that one invocation may take, as Lambda's function timeout.
        region, account: of the ARNs that the engine gives to executions of functions named without them.
        page_bytes: payload bytes of the first page of state, which comes with an invocation; by default 5 MiB.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        functions: Functions,
        host: Host,
        *,
        max_workers: int = 8,
        invocation_timeout: float = INVOCATION_TIMEOUT,
        region: str = "us-west-2",
        account: str = "123456789012",
        page_bytes: int | None = None,
    ) -> None:
        self._functions = functions
        self._host = host
        self._region = region
        self._account = account
        self._stopping = threading.Event()
        ledgers = Ledgers(store, clock, functions, lambda changes: self._scheduler.stored(changes))
        super().__init__(ledgers, store, clock)
        self._running = Running(host, self._checkpoints, clock, lambda: self._scheduler.changed())
        invocations = Invocations(
            self._ledgers, store, clock, functions, self._running, timeout=invocation_timeout, page_bytes=page_bytes
        )
        self._chained = Chained(self._ledgers, store, functions, self._running, timeout=invocation_timeout)
        self._scheduler = Scheduler(
            store,
            clock,
            functions,
            self._ledgers,
            self._running,
            invocations,
            self._chained,
            max_workers=max_workers,
        )

    # Starting and driving

    def start(
        self,
        function: str,
        payload: str | None = None,
        *,
        name: str | None = None,
        execution_timeout: int | None = None,
        retention_days: int | None = None,
        tenant_id: str | None = None,
        trace_header: str | None = None,
        asynchronous: bool = False,
    ) -> str:
        """Start a durable execution and return its ARN; it runs when the engine is driven.

        Args:
            function: name, `name:qualifier`, or ARN of a registered durable function.
            payload: what the handler gets as its event, as JSON text; None for no payload.
            name: unique among the function's executions. Started again with the same payload, the existing execution's
                ARN is returned, even if it is over. By default a unique name is made up.
            execution_timeout: seconds, 1 to 31,622,400; by default the function's.
            retention_days: days, 1 to 90, for which the execution is kept after its end; by default the function's.
            tenant_id: passed on to the handler's Lambda context.
            trace_header: an X-Ray trace header to keep with the execution.
            asynchronous: nobody waits for the result; input and result are then limited to 1 MiB instead of 6 MiB.

        Raises:
            ResourceNotFoundException: there is no such function.
            InvalidParameterValueException: it is not a durable one, or a parameter is out of bounds.
            RequestTooLargeException: the payload is too large.
            DurableExecutionAlreadyStartedException: there is an execution of that name with another payload.
        """
        target, arn = self.resolve(function)
        if not target.durable:
            raise InvalidParameterValueException(f"{function} is not a durable function: it cannot be started")
        parts = ExecutionArn.parse(f"{arn}/durable-execution/{name or new_id()}/{new_id()}")
        start = Start(
            arn=str(parts),
            started_at=self._clock.now(),
            input=payload,
            execution_timeout=target.execution_timeout if execution_timeout is None else execution_timeout,
            retention_days=target.retention_days if retention_days is None else retention_days,
            payload_limit=ASYNCHRONOUS_PAYLOAD if asynchronous else SYNCHRONOUS_PAYLOAD,
            tenant_id=tenant_id,
            trace_header=trace_header,
        )
        try:
            self._ledgers.begin(start)
        except NameTaken:
            existing = self._store.find(parts.function, parts.name)
            if existing is None or existing.start.input != payload:
                raise DurableExecutionAlreadyStartedException(
                    f"Durable execution already started with a different payload: {parts.name}"
                ) from None
            return existing.arn
        return start.arn

    def run(self, arn: str, timeout: float | None = None) -> ExecutionView:
        """Drive until an execution has ended.

        Gives up, and returns the execution as it is then, when `timeout` real seconds have passed, or when no handler
        runs and no timer is set, so that nothing but a callback or an operator could make it advance.
        """
        self._scheduler.drive(lambda: self._header(arn).ended, timeout=timeout, until_idle=True)
        return self.get(arn)

    def wait_for(
        self, arn: str, predicate: Callable[[ExecutionView], bool], timeout: float | None = None
    ) -> ExecutionView:
        """Drive until `predicate` holds for an execution, waiting for other threads and processes where need be.

        The predicate is looked at after every transition of any execution that this engine makes.

        Raises:
            TimeoutError: it does not hold after `timeout` real seconds.
        """
        drive = self._scheduler.drive(lambda: predicate(self.get(arn)), timeout=timeout, every_change=True)
        if drive is Drive.CLOSED:
            raise ServiceException("The engine has been closed")
        if drive is not Drive.DONE:
            raise TimeoutError(f"not within {timeout:g} seconds: {arn} is {self.get(arn).status}")
        return self.get(arn)

    def run_until_idle(self, timeout: float | None = None) -> bool:
        """Drive until no handler runs, none is to be invoked and no timer is set; False after `timeout` real seconds.

        With a real clock this waits for all timers.
        """
        return self._scheduler.drive(lambda: False, timeout=timeout, until_idle=True) is Drive.IDLE

    def run_until(self, moment: datetime) -> None:
        """Drive until the clock has reached `moment` and no handler runs; virtual time skips no further than that."""
        self._scheduler.drive(lambda: False, horizon=moment)

    def serve_forever(self) -> None:
        """Drive until `stop_serving` or `close` is called by another thread.

        If the store fails, this is logged, and tried again a second later.
        """
        while not self._stopping.is_set():
            try:
                self._scheduler.drive(self._stopping.is_set)
            except ServiceException:
                log.exception("The engine cannot go on; it tries again in %g s", _AFTER_FAILURE)
                self._stopping.wait(_AFTER_FAILURE)

    def stop_serving(self) -> None:
        """Make `serve_forever` return. Invocations that run go on."""
        self._stopping.set()
        self._scheduler.changed()

    def close(self) -> None:
        """Stop driving and release threads, processes and the store.

        Invocations that run are given up; another engine on the same store makes them again.
        """
        self._stopping.set()
        self._running.close()
        self._scheduler.close()
        self._host.close()
        self._store.close()

    def call(self, function: str, payload: str | None = None, *, tenant_id: str | None = None) -> Outcome:
        """Call a plain function once and return its outcome, as a synchronous Invoke does."""
        target, arn = self._plain(function)
        return self._chained.call_now(target, arn, payload, tenant_id)

    def call_later(
        self, function: str, payload: str | None, done: Callable[[Outcome], None], *, tenant_id: str | None = None
    ) -> None:
        """Call a plain function once; `done` gets its outcome on any thread, and must not block.

        It is told nothing if the engine is closed before. The time limit is kept while somebody drives.
        """
        target, arn = self._plain(function)
        self._chained.call_later(target, arn, payload, tenant_id, done)
        self._scheduler.changed()

    def resolve(self, function: str) -> tuple[Function, str]:
        """A registered function by its name or ARN, and the ARN of the version that runs.

        Raises:
            ResourceNotFoundException: there is no such function.
            InvalidParameterValueException: it is no name of a function.
        """
        parsed = FunctionName.parse(function)
        found = self._functions.find(parsed.name, parsed.qualifier)
        region, account = parsed.region or self._region, parsed.account or self._account
        arn = f"arn:aws:lambda:{region}:{account}:function:{parsed.name}"
        if found is None:
            raise ResourceNotFoundException(f"Function not found: {arn}")
        qualifier = parsed.qualifier or ""
        return found, f"{arn}:{qualifier if qualifier.isdecimal() else LATEST}"

    # What operators and callers from outside ask for

    def stop(self, arn: str, error: ErrorObject | None = None) -> datetime:
        """Stop an execution with its running child executions, and return when it ended, now or earlier."""
        ledger, _ = self._ledgers.change(arn, lambda ledger, now: ledger.stop(error, now))
        self._chained.settle()
        assert ledger.execution.ended_at is not None
        return ledger.execution.ended_at

    def pause(
        self, arn: str, *, reason: str | None = None, timeout_paused: bool = True, client_token: str | None = None
    ) -> None:
        """Keep an execution from being invoked: PAUSED at once, or PAUSING until the invocation that runs checkpoints.

        Args:
            arn: the execution.
            reason: for the history.
            timeout_paused: whether the execution timeout stands still, too.
            client_token: the same request with the same token again is no error.

        Raises:
            ResourceConflictException: it is not RUNNING.
        """
        self._change(
            arn,
            lambda ledger, now: ledger.pause(
                now, reason=reason, timeout_paused=timeout_paused, client_token=client_token
            ),
        )

    def resume(self, arn: str, *, reason: str | None = None, client_token: str | None = None) -> None:
        """Let a paused execution go on.

        Raises:
            ResourceConflictException: it is not paused.
        """
        self._change(arn, lambda ledger, now: ledger.resume(now, reason=reason, client_token=client_token))

    def hold_timeout(self, arn: str, seconds: float) -> None:
        """Let the execution timeout of an execution come so many seconds later, if it is not over.

        For clocks that skip time which is not to count.
        """
        self._change(arn, lambda ledger, now: ledger.hold_timeout(seconds, now))

    def delete(self, arn: str) -> datetime:
        """Delete an execution that is over, and return when.

        Raises:
            ResourceConflictException: it is not over.
        """
        self._chained.settle()
        self._change(arn, lambda ledger, now: ledger.delete())
        self._ledgers.delete(arn)
        return self._clock.now()

    def callback_succeed(self, callback_id: str, result: bytes | str | None = None) -> None:
        """Complete a callback with a result, UTF-8 text of at most 1 MiB; None for no result.

        Raises:
            ResourceNotFoundException: there is no such callback.
            CallbackTimeoutException: it is complete or has timed out, or its execution is over.
            InvalidParameterValueException: the result is too large or not UTF-8.
        """
        text = _text(result)
        callback = CallbackId.parse(callback_id)
        self._change(callback.arn, lambda ledger, now: ledger.callback_succeeded(callback.operation_id, text, now))

    def callback_fail(self, callback_id: str, error: ErrorObject | None = None) -> None:
        """Complete a callback with an error. Raises as `callback_succeed` does."""
        callback = CallbackId.parse(callback_id)
        self._change(callback.arn, lambda ledger, now: ledger.callback_failed(callback.operation_id, error, now))

    def callback_heartbeat(self, callback_id: str) -> None:
        """Restart a callback's heartbeat timeout. Raises as `callback_succeed` does."""
        callback = CallbackId.parse(callback_id)
        self._change(callback.arn, lambda ledger, now: ledger.callback_heartbeat(callback.operation_id, now))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called with every `Changes` that this engine stores; returns what ends that.

        It is called after they are stored, one call after the other for each execution and in their order, in the
        thread that made them, which goes on only when it returns: the handler's in the case of a checkpoint. It may
        call the engine about this execution, and must not raise. A new execution's `Changes` are the first of its
        ARN (`changes.execution.arn`); `changes.events` are those that `history` shows. Changes that other processes
        make to the same store are not seen.
        """
        self._ledgers.listeners.append(listener)
        return lambda: self._ledgers.listeners.remove(listener)

    def watch_others(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called whenever other processes may have changed the store, while somebody drives.

        Returns what ends that. It says not what changed, comes on a thread of the store, and must not raise.
        """
        self._scheduler.peer_listeners.append(listener)
        return lambda: self._scheduler.peer_listeners.remove(listener)

    def _change(self, arn: str, transition: Transition) -> None:
        self._ledgers.change(arn, transition)

    def _plain(self, function: str) -> tuple[Function, str]:
        target, arn = self.resolve(function)
        if target.durable:
            raise InvalidParameterValueException(f"{function} is a durable function: start it")
        return target, arn


def _text(result: bytes | str | None) -> str | None:
    if not isinstance(result, bytes):
        return result
    try:
        return result.decode() or None
    except UnicodeDecodeError:
        raise InvalidParameterValueException("The result of a callback must be UTF-8 text") from None
