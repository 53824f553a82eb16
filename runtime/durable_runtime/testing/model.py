"""An execution's history as a test reads it: `event.step_failed_details.error.payload.message`.

Field names and defaults are those of AWS's testing SDK 1.4.0; keys on the wire are those of botocore's model of Lambda
(2015-03-31).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar, Self

from durable_runtime.lambda_service import ErrorObject


class EventType(Enum):
    """What an event of a history tells."""

    EXECUTION_STARTED = "ExecutionStarted"
    EXECUTION_SUCCEEDED = "ExecutionSucceeded"
    EXECUTION_FAILED = "ExecutionFailed"
    EXECUTION_TIMED_OUT = "ExecutionTimedOut"
    EXECUTION_STOPPED = "ExecutionStopped"
    CONTEXT_STARTED = "ContextStarted"
    CONTEXT_SUCCEEDED = "ContextSucceeded"
    CONTEXT_FAILED = "ContextFailed"
    WAIT_STARTED = "WaitStarted"
    WAIT_SUCCEEDED = "WaitSucceeded"
    WAIT_CANCELLED = "WaitCancelled"
    STEP_STARTED = "StepStarted"
    STEP_SUCCEEDED = "StepSucceeded"
    STEP_FAILED = "StepFailed"
    CHAINED_INVOKE_STARTED = "ChainedInvokeStarted"
    CHAINED_INVOKE_SUCCEEDED = "ChainedInvokeSucceeded"
    CHAINED_INVOKE_FAILED = "ChainedInvokeFailed"
    CHAINED_INVOKE_TIMED_OUT = "ChainedInvokeTimedOut"
    CHAINED_INVOKE_STOPPED = "ChainedInvokeStopped"
    CALLBACK_STARTED = "CallbackStarted"
    CALLBACK_SUCCEEDED = "CallbackSucceeded"
    CALLBACK_FAILED = "CallbackFailed"
    CALLBACK_TIMED_OUT = "CallbackTimedOut"
    INVOCATION_COMPLETED = "InvocationCompleted"


class Shape:
    """A structure on the wire: fields named in snake case, keys in Pascal case; what is None is left out."""

    _parts: ClassVar[Mapping[str, Any]] = {}
    _keys: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, parts: Mapping[str, Any] | None = None, keys: Mapping[str, str] | None = None) -> None:
        """Declare which structures fields hold, and keys that do not follow from the field's name."""
        cls._parts = parts if parts is not None else cls._parts
        cls._keys = keys if keys is not None else cls._keys

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read the wire form; missing keys take the field's default."""
        values: dict[str, Any] = {}
        for name, key in _wire_names(cls):
            if (value := data.get(key)) is not None:
                part = cls._parts.get(name)
                values[name] = value if part is None else part.from_dict(value)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """The wire form."""
        data: dict[str, Any] = {}
        for name, key in _wire_names(type(self)):
            if (value := getattr(self, name)) is not None:
                data[key] = value.to_dict() if name in self._parts else value
        return data


_names: dict[type[Shape], list[tuple[str, str]]] = {}


def _wire_names(cls: type[Shape]) -> list[tuple[str, str]]:
    if cls not in _names:
        names = [entry.name for entry in fields(cls)]  # type: ignore[arg-type]  # all subclasses are dataclasses
        _names[cls] = [(name, cls._keys.get(name) or name.title().replace("_", "")) for name in names]
    return _names[cls]


@dataclass(frozen=True)
class EventInput(Shape):
    """An input; `truncated` says that the history was read without data."""

    payload: str | None = None
    truncated: bool = False


@dataclass(frozen=True)
class EventResult(Shape):
    """A result; `truncated` says that the history was read without data."""

    payload: str | None = None
    truncated: bool = False


@dataclass(frozen=True)
class EventError(Shape, parts={"payload": ErrorObject}):
    """An error; `truncated` says that the history was read without data."""

    payload: ErrorObject | None = None
    truncated: bool = False


@dataclass(frozen=True)
class RetryDetails(Shape):
    """Which attempt this was, and after how many seconds the next one follows."""

    current_attempt: int = 0
    next_attempt_delay_seconds: int | None = None


@dataclass(frozen=True)
class _Started(Shape):
    """A start of which there is nothing more to tell."""


@dataclass(frozen=True)
class _Succeeded(Shape, parts={"result": EventResult}):
    """A result."""

    result: EventResult | None = None


@dataclass(frozen=True)
class _Ended(Shape, parts={"error": EventError}):
    """An end with an error."""

    error: EventError | None = None


@dataclass(frozen=True)
class ExecutionStartedDetails(Shape, parts={"input": EventInput}):
    """The input, and the execution timeout in seconds."""

    input: EventInput | None = None
    execution_timeout: int | None = None


class ExecutionSucceededDetails(_Succeeded):
    """What the execution returned."""


class ExecutionFailedDetails(_Ended):
    """Why the execution failed."""


class ExecutionTimedOutDetails(_Ended):
    """That the execution took too long."""


class ExecutionStoppedDetails(_Ended):
    """Why the execution was stopped."""


class ContextStartedDetails(_Started):
    """The start of a child context."""


class ContextSucceededDetails(_Succeeded):
    """What a child context returned."""


class ContextFailedDetails(_Ended):
    """Why a child context failed."""


@dataclass(frozen=True)
class WaitStartedDetails(Shape):
    """How many seconds a wait takes, and until when."""

    duration: int | None = None
    scheduled_end_timestamp: datetime.datetime | None = None


@dataclass(frozen=True)
class WaitSucceededDetails(Shape):
    """How many seconds a wait took."""

    duration: int | None = None


class WaitCancelledDetails(_Ended):
    """Why a wait was cancelled."""


class StepStartedDetails(_Started):
    """The start of a step's attempt."""


@dataclass(frozen=True)
class StepSucceededDetails(Shape, parts={"result": EventResult, "retry_details": RetryDetails}):
    """What a step returned, at which attempt."""

    result: EventResult | None = None
    retry_details: RetryDetails | None = None


@dataclass(frozen=True)
class StepFailedDetails(Shape, parts={"error": EventError, "retry_details": RetryDetails}):
    """Why an attempt of a step failed, and whether another one follows."""

    error: EventError | None = None
    retry_details: RetryDetails | None = None


@dataclass(frozen=True)
class ChainedInvokeStartedDetails(Shape, parts={"input": EventInput}):
    """Which function was invoked with what; the ARN is that of its own execution, if it is durable."""

    function_name: str | None = None
    tenant_id: str | None = None
    input: EventInput | None = None
    durable_execution_arn: str | None = None
    executed_version: str | None = field(default=None, kw_only=True)


class ChainedInvokeSucceededDetails(_Succeeded):
    """What the invoked function returned."""


class ChainedInvokeFailedDetails(_Ended):
    """Why the invoked function failed."""


class ChainedInvokeTimedOutDetails(_Ended):
    """That the invoked function took too long."""


class ChainedInvokeStoppedDetails(_Ended):
    """Why the invoked function was stopped."""


@dataclass(frozen=True)
class CallbackStartedDetails(Shape):
    """A callback's id, and its timeouts in seconds."""

    callback_id: str | None = None
    heartbeat_timeout: int | None = None
    timeout: int | None = None


class CallbackSucceededDetails(_Succeeded):
    """What was sent to a callback."""


class CallbackFailedDetails(_Ended):
    """The failure that was sent to a callback."""


class CallbackTimedOutDetails(_Ended):
    """Which of a callback's timeouts has passed."""


@dataclass(frozen=True)
class InvocationCompletedDetails(Shape, parts={"error": EventError}):
    """From when to when an invocation of the handler ran, and the error it ended with, if any."""

    start_timestamp: datetime.datetime
    end_timestamp: datetime.datetime
    request_id: str
    error: EventError | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Event(Shape, keys={"operation_id": "Id"}):
    """One event of a history; the details of its type are set, the others are None."""

    event_type: str
    event_timestamp: datetime.datetime
    sub_type: str | None = None
    event_id: int = 1
    operation_id: str | None = None
    name: str | None = None
    parent_id: str | None = None
    execution_started_details: ExecutionStartedDetails | None = None
    execution_succeeded_details: ExecutionSucceededDetails | None = None
    execution_failed_details: ExecutionFailedDetails | None = None
    execution_timed_out_details: ExecutionTimedOutDetails | None = None
    execution_stopped_details: ExecutionStoppedDetails | None = None
    context_started_details: ContextStartedDetails | None = None
    context_succeeded_details: ContextSucceededDetails | None = None
    context_failed_details: ContextFailedDetails | None = None
    wait_started_details: WaitStartedDetails | None = None
    wait_succeeded_details: WaitSucceededDetails | None = None
    wait_cancelled_details: WaitCancelledDetails | None = None
    step_started_details: StepStartedDetails | None = None
    step_succeeded_details: StepSucceededDetails | None = None
    step_failed_details: StepFailedDetails | None = None
    chained_invoke_started_details: ChainedInvokeStartedDetails | None = None
    chained_invoke_succeeded_details: ChainedInvokeSucceededDetails | None = None
    chained_invoke_failed_details: ChainedInvokeFailedDetails | None = None
    chained_invoke_timed_out_details: ChainedInvokeTimedOutDetails | None = None
    chained_invoke_stopped_details: ChainedInvokeStoppedDetails | None = None
    callback_started_details: CallbackStartedDetails | None = None
    callback_succeeded_details: CallbackSucceededDetails | None = None
    callback_failed_details: CallbackFailedDetails | None = None
    callback_timed_out_details: CallbackTimedOutDetails | None = None
    invocation_completed_details: InvocationCompletedDetails | None = None


Event._parts = {
    f"{event_type.name.lower()}_details": globals()[f"{event_type.value}Details"] for event_type in EventType
}


@dataclass(frozen=True)
class GetDurableExecutionHistoryResponse(Shape):
    """The events of an execution, the oldest first."""

    events: list[Event]
    next_marker: str | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read the API's answer."""
        return cls([Event.from_dict(event) for event in data.get("Events", [])], data.get("NextMarker"))

    def to_dict(self) -> dict[str, Any]:
        """The API's answer."""
        return {**super().to_dict(), "Events": [event.to_dict() for event in self.events]}


@dataclass(frozen=True)
class GetDurableExecutionResponse(Shape, parts={"error": ErrorObject}):
    """An execution as the API tells it."""

    durable_execution_arn: str
    durable_execution_name: str
    function_arn: str
    status: str
    start_timestamp: datetime.datetime
    input_payload: str | None = None
    result: str | None = None
    error: ErrorObject | None = None
    end_timestamp: datetime.datetime | None = None
    version: str | None = None
