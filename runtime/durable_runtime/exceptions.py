"""Every error of the SDK. Imports nothing but the standard library and the names of errors on the wire."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING, Any, Self, TypedDict

from durable_runtime.wire.names import error_type_name

if TYPE_CHECKING:
    import datetime

BAD_REQUEST_ERROR: int = 400
TOO_MANY_REQUESTS_ERROR: int = 429
SERVICE_ERROR: int = 500
INVALID_PARAMETER_VALUE_EXCEPTION: str = "InvalidParameterValueException"
INVALID_CHECKPOINT_TOKEN_PREFIX: str = "Invalid checkpoint token"

# Lambda answers these with a 5xx status, yet only a person who repairs the key can make them go away.
_KEY_ERRORS = frozenset(
    {"KMSAccessDeniedException", "KMSDisabledException", "KMSInvalidStateException", "KMSNotFoundException"}
)


class AwsErrorObj(TypedDict):
    """The `Error` part of a botocore error response."""

    Code: str | None
    Message: str | None


class AwsErrorMetadata(TypedDict):
    """The `ResponseMetadata` part of a botocore error response."""

    RequestId: str | None
    HostId: str | None
    HTTPStatusCode: int | None
    HTTPHeaders: str | None
    RetryAttempts: str | None


class TerminationReason(Enum):
    """Why an execution ended early."""

    UNHANDLED_ERROR = "UNHANDLED_ERROR"
    INVOCATION_ERROR = "INVOCATION_ERROR"
    EXECUTION_ERROR = "EXECUTION_ERROR"
    CHECKPOINT_FAILED = "CHECKPOINT_FAILED"
    NON_DETERMINISTIC_EXECUTION = "NON_DETERMINISTIC_EXECUTION"
    STEP_INTERRUPTED = "STEP_INTERRUPTED"
    SERIALIZATION_ERROR = "SERIALIZATION_ERROR"


class DurableExecutionsError(Exception):
    """Base of all errors of the SDK that user code may catch."""


class PluginLoadError(DurableExecutionsError):
    """An instrumentation plugin could not be loaded."""


class ValidationError(DurableExecutionsError):
    """An argument has the right type but a value that cannot work."""


class InvalidStateError(DurableExecutionsError):
    """An object was used in a state that does not allow it."""


# Errors that end the invocation or the execution


class UnrecoverableError(DurableExecutionsError):
    """Base of the errors that end an execution or its present invocation."""

    def __init__(self, message: str, termination_reason: TerminationReason) -> None:
        super().__init__(message)
        self.termination_reason = termination_reason


class ExecutionError(UnrecoverableError):
    """The execution ends as FAILED; it is not retried."""

    def __init__(self, message: str, termination_reason: TerminationReason = TerminationReason.EXECUTION_ERROR) -> None:
        super().__init__(message, termination_reason)


class NonDeterministicExecutionError(ExecutionError):
    """On replay the code reached another operation than the one that history holds at this place."""

    def __init__(self, message: str, step_id: str | None = None) -> None:
        super().__init__(message, TerminationReason.NON_DETERMINISTIC_EXECUTION)
        self.step_id = step_id


class InvocationError(UnrecoverableError):
    """The invocation fails and the service invokes the function again."""

    def __init__(
        self, message: str, termination_reason: TerminationReason = TerminationReason.INVOCATION_ERROR
    ) -> None:
        super().__init__(message, termination_reason)

    def is_retryable(self) -> bool:
        """Tell whether another invocation may succeed; subclasses decide by the cause."""
        return True


class StepInterruptedError(InvocationError):
    """An at-most-once step was started in an earlier invocation that died before it recorded the outcome."""

    def __init__(self, message: str, step_id: str | None = None) -> None:
        super().__init__(message, TerminationReason.STEP_INTERRUPTED)
        self.step_id = step_id


class RetryableSerDesError(InvocationError):
    """A serdes failed for a passing reason, such as a store that does not answer: invoke again.

    It ends the invocation even from within a map or parallel branch. For a failure that stays, raise `SerDesError`.
    """

    def __init__(
        self, message: str, termination_reason: TerminationReason = TerminationReason.SERIALIZATION_ERROR
    ) -> None:
        super().__init__(message, termination_reason)


# Errors of the service's API


class DurableApiErrorCategory(Enum):
    """What a failed call of the durable API means: invoke again (INVOCATION) or fail the execution (EXECUTION)."""

    INVOCATION = "INVOCATION"
    EXECUTION = "EXECUTION"


CheckpointErrorCategory = DurableApiErrorCategory


class BotoClientError(InvocationError):
    """A call of Lambda's durable API failed; `error_category` says whether a retry can help."""

    def __init__(
        self,
        message: str,
        error_category: DurableApiErrorCategory = DurableApiErrorCategory.INVOCATION,
        error: AwsErrorObj | None = None,
        response_metadata: AwsErrorMetadata | None = None,
        termination_reason: TerminationReason = TerminationReason.INVOCATION_ERROR,
    ) -> None:
        super().__init__(message=message, termination_reason=termination_reason)
        self.error: AwsErrorObj | None = error
        self.response_metadata: AwsErrorMetadata | None = response_metadata
        self.error_category: DurableApiErrorCategory = error_category

    @classmethod
    def from_exception(cls, exception: Exception) -> Self:
        """Wrap an error of the client; botocore's carry a `response` that tells the cause."""
        response = getattr(exception, "response", None)
        if not isinstance(response, dict):
            response = {}
        error, metadata = response.get("Error"), response.get("ResponseMetadata")
        return cls(str(exception), _category(error, metadata), error, metadata)

    def is_retryable(self) -> bool:
        """Tell whether the service may accept the same call in another invocation."""
        return self.error_category == DurableApiErrorCategory.INVOCATION

    is_retriable = is_retryable

    def build_logger_extras(self) -> dict[str, Any]:
        """Return what is known of the response, for the `extra` of a log record."""
        known = {"Error": self.error, "ResponseMetadata": self.response_metadata}
        return {part: value for part, value in known.items() if value}


def _category(error: AwsErrorObj | None, metadata: AwsErrorMetadata | None) -> DurableApiErrorCategory:
    if not error:
        return DurableApiErrorCategory.INVOCATION
    code = error.get("Code") or ""
    if code in _KEY_ERRORS:
        return DurableApiErrorCategory.EXECUTION
    status = (metadata and metadata.get("HTTPStatusCode")) or 0
    if not BAD_REQUEST_ERROR <= status < SERVICE_ERROR or status == TOO_MANY_REQUESTS_ERROR:
        return DurableApiErrorCategory.INVOCATION
    # Another checkpoint overtook this one: the next invocation comes with a fresh token.
    if code == INVALID_PARAMETER_VALUE_EXCEPTION and (error.get("Message") or "").startswith(
        INVALID_CHECKPOINT_TOKEN_PREFIX
    ):
        return DurableApiErrorCategory.INVOCATION
    return DurableApiErrorCategory.EXECUTION


class CheckpointError(BotoClientError):
    """The service did not take a checkpoint."""

    def __init__(
        self,
        message: str,
        error_category: DurableApiErrorCategory = DurableApiErrorCategory.INVOCATION,
        error: AwsErrorObj | None = None,
        response_metadata: AwsErrorMetadata | None = None,
    ) -> None:
        super().__init__(message, error_category, error, response_metadata, TerminationReason.CHECKPOINT_FAILED)


class GetExecutionStateError(BotoClientError):
    """The service did not hand out the recorded operations."""

    def __init__(
        self,
        message: str,
        error_category: DurableApiErrorCategory = DurableApiErrorCategory.INVOCATION,
        error: AwsErrorObj | None = None,
        response_metadata: AwsErrorMetadata | None = None,
    ) -> None:
        super().__init__(message, error_category, error, response_metadata, TerminationReason.INVOCATION_ERROR)


# Errors of operations, as user code sees them


class _RecordedError(DurableExecutionsError):
    """An error that is stored in a checkpoint and rebuilt from it, the same on the first run and on replay."""

    def __init__(
        self,
        message: str | None = None,
        error_type: str | None = None,
        data: str | None = None,
        stack_trace: list[str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message: str | None = message
        self.error_type: str = error_type or error_type_name(type(self))
        self.data: str | None = data
        self.stack_trace: list[str] | None = stack_trace


class SerDesError(_RecordedError):
    """A value could not be serialized or deserialized, and a retry would not help.

    Attributes:
        message: What went wrong.
        error_type: The name under which the failure is recorded.
        data: Further serialized details, if the raiser gave any.
        stack_trace: Lines of the original stack trace, if the raiser gave any.
    """


class DurableOperationError(_RecordedError):
    """An operation failed for good; the subclass tells which kind of operation.

    The original exception object is gone, on the first run as on replay. `__cause__` is an error rebuilt from the
    recorded fields.

    Attributes:
        message: The message of the error that escaped the operation.
        error_type: The type name of that error, such as "ValueError" or "orders.OutOfStock"; the name of this class
            when no such error is known.
        data: Further serialized details, if any were recorded.
        stack_trace: Lines of the original stack trace, if any were recorded.
    """

    @classmethod
    def from_error_fields(
        cls, error_type: str | None, message: str | None, data: str | None, stack_trace: list[str] | None
    ) -> DurableOperationError:
        """Rebuild a recorded error: one of the SDK's own classes where the name is theirs, else the base class."""
        error_class = _OPERATION_ERRORS.get(error_type or "", DurableOperationError)
        return error_class(message=message, error_type=error_type, data=data, stack_trace=stack_trace)


class StepError(DurableOperationError):
    """A step failed and its retry strategy gave up."""


class InvokeError(DurableOperationError):
    """An invoked function failed, timed out or was stopped."""


class ChildContextError(DurableOperationError):
    """The body of a child context, a map item or a parallel branch raised."""


class WaitForConditionError(DurableOperationError):
    """A wait_for_condition check raised, or its attempts were used up."""


class CallbackError(DurableOperationError):
    """A callback failed; the subclasses tell how."""


class CallbackExternalError(CallbackError):
    """The external system reported failure for the callback."""


class CallbackTimeoutError(CallbackError):
    """No result came within the callback's timeout, or no heartbeat within its heartbeat timeout."""


class CallbackSubmitterError(CallbackError):
    """The step that hands out the callback id failed."""


_OPERATION_ERRORS: dict[str, type[DurableOperationError]] = {}


def register_operation_error(error_cls: type[DurableOperationError]) -> None:
    """Let recorded errors with this class's name be rebuilt as this class.

    Only for the SDK's own classes: the constructor must take message, error_type, data and stack_trace.
    """
    _OPERATION_ERRORS[error_type_name(error_cls)] = error_cls


for _error_class in (
    StepError,
    InvokeError,
    ChildContextError,
    WaitForConditionError,
    CallbackError,
    CallbackExternalError,
    CallbackTimeoutError,
    CallbackSubmitterError,
):
    register_operation_error(_error_class)


class OrderedLockError(DurableExecutionsError):
    """An OrderedLock cannot be taken any more, because a holder before left it with an error.

    Attributes:
        source_exception: The error of that holder.
    """

    def __init__(self, message: str, source_exception: Exception | None = None) -> None:
        if source_exception:
            message = f"{message} {type(source_exception).__name__}: {source_exception}"
        super().__init__(message)
        self.source_exception: Exception | None = source_exception


# Control flow: derived from BaseException so that `except Exception` in user code does not stop it


class BackgroundThreadError(BaseException):
    """Checkpointing failed outside the thread that waits for it; raised there to end the invocation.

    Attributes:
        source_exception: The failure itself.
    """

    def __init__(self, message: str, source_exception: Exception) -> None:
        super().__init__(message)
        self.source_exception = source_exception


class SuspendExecution(BaseException):
    """The invocation ends as PENDING; the service invokes again when something has happened."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class TimedSuspendExecution(SuspendExecution):
    """The invocation ends as PENDING until a point in time.

    Attributes:
        scheduled_timestamp: When to resume, in seconds since the epoch.
    """

    def __init__(self, message: str, scheduled_timestamp: float) -> None:
        super().__init__(message)
        self.scheduled_timestamp = scheduled_timestamp

    @classmethod
    def from_delay(cls, message: str, delay_seconds: int) -> TimedSuspendExecution:
        """Suspend for `delay_seconds` from now."""
        return cls(message, scheduled_timestamp=time.time() + delay_seconds)

    @classmethod
    def from_datetime(cls, message: str, datetime_timestamp: datetime.datetime) -> TimedSuspendExecution:
        """Suspend until `datetime_timestamp`."""
        return cls(message, scheduled_timestamp=datetime_timestamp.timestamp())


class OrphanedChildException(BaseException):
    """A branch went on after its map or parallel operation had completed; it ends at its next operation.

    Attributes:
        operation_id: The operation that the branch wanted to record.
    """

    def __init__(self, message: str, operation_id: str) -> None:
        super().__init__(message)
        self.operation_id = operation_id
