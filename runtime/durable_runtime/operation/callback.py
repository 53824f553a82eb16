"""Callbacks: wait for something outside to send a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from durable_runtime.config import StepConfig
from durable_runtime.exceptions import (
    CallbackError,
    CallbackExternalError,
    CallbackSubmitterError,
    CallbackTimeoutError,
    ChildContextError,
    StepError,
    SuspendExecution,
)
from durable_runtime.guards import refuse_if_nested
from durable_runtime.lambda_service import CallbackOptions, Operation, OperationStatus, OperationUpdate
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.recorded import error_of, result_of
from durable_runtime.serdes import PassThroughSerDes, SerDes, deserialize
from durable_runtime.types import Callback as CallbackProtocol
from durable_runtime.types import StepContext, WaitForCallbackContext

if TYPE_CHECKING:
    from durable_runtime.config import CallbackConfig, WaitForCallbackConfig
    from durable_runtime.context import DurableContext
    from durable_runtime.state import ExecutionState

T = TypeVar("T")

_AS_SENT: SerDes[Any] = PassThroughSerDes()
_FAILURES = (OperationStatus.FAILED, OperationStatus.CANCELLED, OperationStatus.TIMED_OUT, OperationStatus.STOPPED)


class Callback(CallbackProtocol[T], Generic[T]):
    """A callback: hand `callback_id` to whoever shall complete it, then ask for the `result()`.

    Attributes:
        context: The context that created it; it takes notice when the result suspends.
    """

    def __init__(
        self,
        callback_id: str,
        operation_id: str,
        state: ExecutionState,
        serdes: SerDes[T] | None = None,
    ) -> None:
        self.callback_id = callback_id
        self.operation_id = operation_id
        self.state = state
        self.serdes = serdes
        self.context: DurableContext | None = None

    def result(self) -> T | None:
        """Return the result that was sent; without a serdes, as the text that was sent.

        Raises:
            CallbackTimeoutError: No result or no heartbeat came in time.
            CallbackExternalError: A failure was sent, or the callback was ended otherwise.
            SuspendExecution: Nothing was sent yet.
        """
        recorded = self.state.consume(self.operation_id)
        if recorded is None:
            raise CallbackError(message="Callback operation must exist")
        if recorded.status in _FAILURES:
            _raise_failure(recorded)
        if recorded.status is not OperationStatus.SUCCEEDED:
            self._suspend(recorded)
        payload = result_of(recorded)
        if payload is None:
            return None
        serdes: SerDes[T] = self.serdes if self.serdes is not None else _AS_SENT
        result: T = deserialize(serdes, payload, self.operation_id, self.state.durable_execution_arn)
        return result

    def _suspend(self, recorded: Operation) -> NoReturn:
        refuse_if_nested("callback.result", recorded.name)
        suspension = SuspendExecution(
            "Callback result not received yet. Suspending execution while waiting for result."
        )
        if self.context is not None:
            name = f" {recorded.name!r}" if recorded.name else ""
            self.context.note_suspension(suspension, f"result() of callback{name}")
        raise suspension


def _raise_failure(recorded: Operation) -> NoReturn:
    error = error_of(recorded)
    timed_out = recorded.status is OperationStatus.TIMED_OUT
    error_class: type[CallbackError] = CallbackTimeoutError if timed_out else CallbackExternalError
    default = "Callback timed out" if timed_out else "Callback failed"
    # The type of a foreign error means nothing here; it stays with the operation.
    raise error_class(
        message=(error.message if error is not None else None) or default,
        data=error.data if error is not None else None,
        stack_trace=error.stack_trace if error is not None else None,
    )


def create_callback(call: OperationCall, config: CallbackConfig) -> str:
    """Create a callback, or find it again, and return its id.

    It never raises because the callback has failed: code between here and `result()` runs on every replay alike.

    Raises:
        CallbackError: The service gave it no id.
    """
    if call.recorded is None:
        options = CallbackOptions(
            timeout_seconds=config.timeout_seconds, heartbeat_timeout_seconds=config.heartbeat_timeout_seconds
        )
        call.record(OperationUpdate.create_callback(call.identifier, options))
        call.reload()
    if call.recorded is None or call.recorded.callback_details is None:
        raise CallbackError(f"Missing callback details for operation: {call.operation_id}")
    return call.recorded.callback_details.callback_id


def wait_for_callback(
    context: DurableContext,
    submitter: Callable[[str, WaitForCallbackContext], Any],
    name: str | None,
    config: WaitForCallbackConfig | None,
) -> Any:
    """The body of `context.wait_for_callback`: create a callback, submit its id in a step, wait for its result."""
    prefix = f"{name} " if name else ""
    callback: Callback[Any] = context.create_callback(name=f"{prefix}create callback id", config=config)

    def submit(step_context: StepContext) -> Any:
        return submitter(callback.callback_id, WaitForCallbackContext(logger=step_context.logger))

    step_config = StepConfig(retry_strategy=config.retry_strategy, serdes=config.serdes) if config else None
    context.step(submit, name=f"{prefix}submitter", config=step_config)
    return callback.result()


def raise_as_callback_error(error: ChildContextError) -> NoReturn:
    """Raise what made the body of `wait_for_callback` fail, the same on the first run and on replay."""
    cause = error.__cause__
    if isinstance(cause, CallbackError):
        raise cause
    if isinstance(cause, StepError):
        raise CallbackSubmitterError(
            cause.message or "Callback submitter failed", data=cause.data, stack_trace=cause.stack_trace
        ) from cause
    raise error
