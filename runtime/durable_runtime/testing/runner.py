"""Runs durable functions in a test, in this process and in virtual time."""

from __future__ import annotations

import functools
import math
import threading
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Self, TypeVar

from durable_runtime.context import DurableContext
from durable_runtime.lambda_service import ErrorObject
from durable_runtime.service.clock import RealClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import ServiceError
from durable_runtime.service.functions import Functions, Handler
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.ledger import without_data
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Store
from durable_runtime.strict import ReplayJournal, strict_replay
from durable_runtime.testing.callbacks import callback_or_end
from durable_runtime.testing.cloud import DurableFunctionCloudTestRunner
from durable_runtime.testing.exceptions import (
    DurableFunctionsTestError,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from durable_runtime.testing.model import GetDurableExecutionHistoryResponse
from durable_runtime.testing.pace import SkippingClock
from durable_runtime.testing.results import (
    CallbackOperation,
    ContextOperation,
    DurableFunctionTestResult,
    ExecutionOperation,
    InvokeOperation,
    Operation,
    StepOperation,
    WaitOperation,
    result_of,
)
from durable_runtime.testing.starting import event_text, permitted_name
from durable_runtime.testing.timeline import announce, timeline
from durable_runtime.testing.vocabulary import decorated_in, decorator_of, package_of, vocabulary_of
from durable_runtime.testing.watch import Watch, Watched

__all__ = [
    "CallbackOperation",
    "ContextOperation",
    "DurableChildContextTestRunner",
    "DurableFunctionCloudTestRunner",
    "DurableFunctionTestResult",
    "DurableFunctionTestRunner",
    "ExecutionOperation",
    "InvokeOperation",
    "Operation",
    "StepOperation",
    "WaitOperation",
]

T = TypeVar("T")

_RETENTION_DAYS = 90
"""As long as Lambda permits: skipping time must not sweep away what a test still looks at."""

_GRACE = 5.0
"""Real seconds by which `run` waits longer than the execution may take, so that it ends by itself."""


class DurableFunctionTestRunner:
    """Runs a durable function, and the functions that it invokes.

    Executions run in the background as soon as they are started. Replay is strict: code that does something else on
    replay than before fails.

    With `skip_time`, waits, retries and polls take no time. A callback's timeout is skipped once the test only waits
    for the outcome and has no thread left that could complete the callback.

    Args:
        handler: the durable function.
        poll_interval: of no meaning here; nothing is polled.
        max_invocation_page_bytes: payload bytes of the state that comes with an invocation; handlers ask for the rest.
        execution_timeout: real seconds that an execution may take; time that is skipped does not count.
        invocation_timeout: real seconds that one invocation may take.
        store: where executions are kept, by default in memory.
        skip_time: False runs everything in real time.
        region: of the executions' ARNs.
    """

    def __init__(
        self,
        handler: Handler,
        poll_interval: float = 1.0,
        max_invocation_page_bytes: int | None = None,
        execution_timeout: int = 300,
        invocation_timeout: int = 900,
        store: Store | None = None,
        skip_time: bool = True,
        region: str = "us-west-2",
    ) -> None:
        self.poll_interval = poll_interval
        self._words = vocabulary_of(package_of(handler))
        self._execution_timeout = execution_timeout
        self._region = region
        self._journal = ReplayJournal()
        self._handler = self._strict(handler)
        self._watch = Watch()
        self._clock = SkippingClock(self._watch, lambda arn, seconds: self._engine.hold_timeout(arn, seconds))
        self._functions = Functions()
        self._engine = Engine(
            store if store is not None else MemoryStore(),
            self._clock if skip_time else RealClock(),
            self._functions,
            InProcessHost(),
            invocation_timeout=invocation_timeout,
            region=region,
            page_bytes=max_invocation_page_bytes,
        )
        self._engine.subscribe(self._watch.heard)
        self._has_a_past = store is not None
        self._numbers: dict[tuple[str, str], Iterator[int]] = {}
        self._driver: threading.Thread | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop whatever runs. Results and histories stay readable."""
        if not self._closed:
            self._closed = True
            self._engine.close()

    # Functions that are invoked

    def register_durable_function(
        self,
        function_name: str,
        handler: Handler,
        execution_timeout: int = 120,
        retention_period_days: int = 1,
    ) -> Self:
        """Make a durable function known that `context.invoke` reaches by this name.

        Args:
            function_name: the name, with or without a qualifier.
            handler: the durable function.
            execution_timeout: real seconds that its executions may take.
            retention_period_days: of no meaning here; everything is kept until the runner is closed.
        """
        self._functions.register(
            function_name,
            self._strict(handler),
            execution_timeout=execution_timeout,
            retention_days=_RETENTION_DAYS,
        )
        return self

    def register_function(self, function_name: str, handler: Handler) -> Self:
        """Make an ordinary function (`event`, `context`) known that `context.invoke` reaches by this name."""
        self._functions.register(function_name, handler, durable=False)
        return self

    # Executions

    def run(
        self,
        input: Any = None,
        execution_timeout: int | None = None,
        timeout: int | None = None,
        function_name: str = "test-function",
        execution_name: str = "execution-name",
        account_id: str = "123456789012",
        tenant_id: str | None = None,
    ) -> DurableFunctionTestResult:
        """Run the function and return the outcome.

        Args:
            input: the event, as a value, or as JSON text; text that is no JSON is the event itself.
            execution_timeout: real seconds that the execution may take, by default the runner's.
            timeout: the same, as it was called once.
            function_name: the name that the function is deployed under. What Lambda does not permit in names becomes
                a hyphen.
            execution_name: the execution's name; a number is added where it is taken.
            account_id: of the execution's ARN.
            tenant_id: for the function's Lambda context.

        Raises:
            TimeoutError: the execution takes too long, and does not let itself be ended.
        """
        if timeout is not None and execution_timeout is None:
            warnings.warn(
                "timeout on run() is deprecated. Use execution_timeout instead.", DeprecationWarning, stacklevel=2
            )
        limit = execution_timeout or timeout or self._execution_timeout
        arn = self._start(input, limit, function_name, execution_name, account_id, tenant_id)
        return self.wait_for_result(arn, limit + _GRACE)

    def run_async(
        self,
        input: Any = None,
        execution_timeout: int | None = None,
        timeout: int | None = None,
        function_name: str = "test-function",
        execution_name: str = "execution-name",
        account_id: str = "123456789012",
        tenant_id: str | None = None,
    ) -> str:
        """Start the function and return the execution's ARN. The parameters are those of `run`."""
        return self._start(input, execution_timeout or timeout, function_name, execution_name, account_id, tenant_id)

    def _start(
        self,
        input: Any,
        execution_timeout: int | None = None,
        function_name: str = "test-function",
        execution_name: str = "execution-name",
        account_id: str = "123456789012",
        tenant_id: str | None = None,
    ) -> str:
        self._check_open()
        function_name, execution_name = permitted_name(function_name, ".:$"), permitted_name(execution_name)
        self._functions.register(function_name, self._handler, retention_days=_RETENTION_DAYS)
        name = self._free_name(function_name, execution_name)
        arn = self._engine.start(
            f"arn:aws:lambda:{self._region}:{account_id}:function:{function_name}",
            event_text(input),
            name=name,
            execution_timeout=execution_timeout or self._execution_timeout,
            tenant_id=tenant_id,
        )
        announce(f"durable execution {name} of {function_name}", lambda: timeline(self._watch.executions[arn].events))
        self._drive()
        return arn

    def wait_for_result(self, execution_arn: str, timeout: float = 60) -> DurableFunctionTestResult:
        """Wait until an execution has ended and return the outcome.

        Raises:
            TimeoutError: it has not ended after `timeout` real seconds.
        """
        ended = self._wait_for(execution_arn, lambda watched: watched.header.ended or None, timeout)
        if ended is None:
            raise TimeoutError(f"Execution did not complete within timeout of {timeout:g} seconds")
        view = self._engine.get(execution_arn)
        execution = self._engine.describe(execution_arn)
        return result_of(execution, view.operations, self._words)

    def wait_for_callback(self, execution_arn: str, name: str | None = None, timeout: float = 60) -> str:
        """Wait until an execution waits for a callback and return the callback's id.

        Args:
            execution_arn: the execution.
            name: the callback's name; by default it is the one created last. The callback of
                `wait_for_callback(..., name="x")` is `x create callback id`.
            timeout: real seconds to wait.

        Raises:
            TimeoutError: there is no such callback after that time, or the execution has ended without one.
        """
        found = self._wait_for(execution_arn, functools.partial(callback_or_end, name), timeout)
        what = f"callback '{name}'" if name else "callback"
        if found is None:
            raise TimeoutError(f"No {what} became available within {timeout:g} seconds")
        callback_id, status = found
        if callback_id is None:
            raise TimeoutError(
                f"No {what} is waiting: the execution has ended ({status}){self._created(execution_arn)}"
            )
        return callback_id

    def send_callback_success(self, callback_id: str, result: bytes | str | None = None) -> None:
        """Complete a callback with a result.

        Raises:
            ResourceNotFoundException: there is no such callback, or it is complete already.
        """
        self._send("success", callback_id, lambda: self._engine.callback_succeed(callback_id, result))

    def send_callback_failure(self, callback_id: str, error: ErrorObject | None = None) -> None:
        """Complete a callback with an error. Raises as `send_callback_success` does."""
        wire: Any = error.to_dict() if error is not None else None
        self._send("failure", callback_id, lambda: self._engine.callback_fail(callback_id, wire))

    def send_callback_heartbeat(self, callback_id: str) -> None:
        """Restart a callback's heartbeat timeout. Raises as `send_callback_success` does."""
        self._send("heartbeat", callback_id, lambda: self._engine.callback_heartbeat(callback_id))

    def get_execution_history(
        self, execution_arn: str, include_execution_data: bool = False
    ) -> GetDurableExecutionHistoryResponse:
        """The events of an execution of the function, or of one that it has invoked."""
        events = self._watched(execution_arn).events
        shown = events if include_execution_data else [without_data(event) for event in events]
        return GetDurableExecutionHistoryResponse.from_dict({"Events": shown})

    def pause_execution(self, execution_arn: str, timeout: float = 60) -> None:
        """Keep an execution from being invoked, and wait until none of its invocations runs.

        An invocation that runs ends at its next checkpoint. Nothing changes if the execution is paused or over already.

        Raises:
            TimeoutError: an invocation still runs after `timeout` real seconds; the pause stays asked for.
        """
        if not math.isfinite(timeout) or timeout <= 0:
            raise ValueError("timeout must be finite and positive")
        if self._watched(execution_arn).header.status == "RUNNING":
            self._engine.pause(execution_arn)
        if self._wait_for(execution_arn, lambda watched: watched.header.invocation is None or None, timeout) is None:
            raise TimeoutError(f"Execution {execution_arn} did not become idle within {timeout:g} seconds")

    def resume_execution(self, execution_arn: str) -> None:
        """Let a paused execution go on; nothing changes for another one."""
        if self._watched(execution_arn).header.status in ("PAUSING", "PAUSED"):
            self._engine.resume(execution_arn)

    def _strict(self, handler: Handler) -> Handler:
        @functools.wraps(handler)
        def strict(event: Any, context: Any) -> Any:
            with strict_replay(self._journal):
                return handler(event, context)

        # The engine looks there for the SDK.
        strict.__wrapped__ = decorated_in(handler) or handler
        return strict

    def _check_open(self) -> None:
        if self._closed:
            raise DurableFunctionsTestError(
                "the runner is closed: run the function, and wait for it, inside its `with` block"
            )

    def _free_name(self, function_name: str, execution_name: str) -> str:
        """The name, with the first number that makes it new: an execution of a taken name would not be started."""
        for number in self._numbers.setdefault((function_name, execution_name), count(1)):
            name = execution_name if number == 1 else f"{execution_name}-{number}"
            if not (self._has_a_past and self._engine.list(function_name, name=name)["DurableExecutions"]):
                return name
        raise AssertionError("numbers do not end")

    def _drive(self) -> None:
        if self._driver is None:
            self._driver = threading.Thread(target=self._serve, name="durable-test-engine", daemon=True)
            self._driver.start()

    def _serve(self) -> None:
        try:
            self._engine.serve_forever()
        except BaseException as error:
            self._watch.failed(error)

    def _wait_for(self, arn: str, look: Callable[[Watched], T | None], timeout: float) -> T | None:
        if not self._watched(arn).header.ended:
            self._check_open()
        return self._watch.wait_for(arn, look, timeout, self._clock.look_again)

    def _watched(self, arn: str) -> Watched:
        if not arn:
            raise InvalidParameterValueException("execution_arn is required")
        if arn not in self._watch.executions:
            raise ResourceNotFoundException(f"Durable execution not found: {arn}")
        return self._watch.executions[arn]

    def _send(self, what: str, callback_id: str, send: Callable[[], None]) -> None:
        if not callback_id:
            raise InvalidParameterValueException("callback_id is required")
        try:
            send()
        except ServiceError as error:
            # AWS's local runner refuses all of them with this one.
            raise ResourceNotFoundException(f"Failed to process callback {what}: {error}") from error

    def _created(self, arn: str) -> str:
        names = [event.get("Name") for event in self._watched(arn).events if event["EventType"] == "CallbackStarted"]
        return f"; its callbacks were {', '.join(map(repr, names))}" if names else "; it has created none"


class DurableChildContextTestRunner(DurableFunctionTestRunner):
    """Runs a child context by itself: a function decorated with `durable_with_child_context`, called with `args`."""

    def __init__(
        self,
        context_function: Callable[..., Callable[[DurableContext], Any]],
        *args: Any,
        skip_time: bool = True,
        **kwargs: Any,
    ) -> None:
        def handler(event: Any, context: DurableContext) -> Any:
            return context_function(*args, **kwargs)(context)

        super().__init__(decorator_of(package_of(context_function))(handler), skip_time=skip_time)
