"""The durable API's wire format as types: dictionaries with the key names of botocore's model of Lambda (2015-03-31).

Timestamps are timezone-aware datetimes (UTC, whole milliseconds); :func:`encode` and :func:`decode` carry the
dictionaries through JSON for storage, :func:`epoch_milliseconds` makes what an invocation event holds.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypedDict, cast

OperationType = Literal["EXECUTION", "CONTEXT", "STEP", "WAIT", "CALLBACK", "CHAINED_INVOKE"]
OperationAction = Literal["START", "SUCCEED", "FAIL", "RETRY", "CANCEL"]
OperationStatus = Literal["STARTED", "PENDING", "READY", "SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "STOPPED"]
ExecutionStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED", "DELETING", "PAUSING", "PAUSED"]
EventType = Literal[
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "ExecutionStopped",
    "ExecutionPaused",
    "ExecutionResumed",
    "ContextStarted",
    "ContextSucceeded",
    "ContextFailed",
    "WaitStarted",
    "WaitSucceeded",
    "WaitCancelled",
    "StepStarted",
    "StepSucceeded",
    "StepFailed",
    "ChainedInvokeStarted",
    "ChainedInvokeSucceeded",
    "ChainedInvokeFailed",
    "ChainedInvokeTimedOut",
    "ChainedInvokeStopped",
    "CallbackStarted",
    "CallbackSucceeded",
    "CallbackFailed",
    "CallbackTimedOut",
    "InvocationCompleted",
]

ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED", "DELETING"})
"""Statuses of executions that are over."""
COMPLETED: Final = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "STOPPED"})
"""Statuses of operations that do not change any more."""


class ErrorObject(TypedDict, total=False):
    ErrorMessage: str
    ErrorType: str
    ErrorData: str
    StackTrace: list[str]


class ExecutionDetails(TypedDict, total=False):
    InputPayload: str


class ContextDetails(TypedDict, total=False):
    ReplayChildren: bool
    Result: str
    Error: ErrorObject


class StepDetails(TypedDict, total=False):
    Attempt: int
    """Attempts completed so far: 0 while the first one runs."""
    NextAttemptTimestamp: datetime
    Result: str
    Error: ErrorObject


class WaitDetails(TypedDict, total=False):
    ScheduledEndTimestamp: datetime


class CallbackDetails(TypedDict, total=False):
    CallbackId: str
    Result: str
    Error: ErrorObject


class ChainedInvokeDetails(TypedDict, total=False):
    Result: str
    Error: ErrorObject


class Bookkeeping(TypedDict, total=False):
    """What the service keeps with an operation and no API shows (the operation's key ``_``)."""

    Revision: int
    """The execution's revision at the operation's last change."""
    Signalled: int
    """The revision at its last change that no handler asked for: a timer, a callback, the end of an invoke."""
    Duration: int
    """Seconds of a wait."""
    TimeoutTimestamp: datetime
    HeartbeatSeconds: int
    HeartbeatTimestamp: datetime
    ChildArn: str
    """The execution that a chained invoke started, if its function is durable."""


class Operation(TypedDict, total=False):
    Id: str
    ParentId: str
    Name: str
    Type: OperationType
    SubType: str
    StartTimestamp: datetime
    EndTimestamp: datetime
    Status: OperationStatus
    ExecutionDetails: ExecutionDetails
    ContextDetails: ContextDetails
    StepDetails: StepDetails
    WaitDetails: WaitDetails
    CallbackDetails: CallbackDetails
    ChainedInvokeDetails: ChainedInvokeDetails
    _: Bookkeeping


class ContextOptions(TypedDict, total=False):
    ReplayChildren: bool


class StepOptions(TypedDict, total=False):
    NextAttemptDelaySeconds: int


class WaitOptions(TypedDict, total=False):
    WaitSeconds: int


class CallbackOptions(TypedDict, total=False):
    TimeoutSeconds: int
    HeartbeatTimeoutSeconds: int


class ChainedInvokeOptions(TypedDict, total=False):
    FunctionName: str
    TenantId: str
    XAmznTraceId: str


class OperationUpdate(TypedDict, total=False):
    Id: str
    ParentId: str
    Name: str
    Type: OperationType
    SubType: str
    Action: OperationAction
    Payload: str
    Error: ErrorObject
    ContextOptions: ContextOptions
    StepOptions: StepOptions
    WaitOptions: WaitOptions
    CallbackOptions: CallbackOptions
    ChainedInvokeOptions: ChainedInvokeOptions


class InvocationOutput(TypedDict, total=False):
    """What a durable handler returns to Lambda."""

    Status: Literal["SUCCEEDED", "FAILED", "PENDING"]
    Result: str
    Error: ErrorObject


class Event(TypedDict, total=False):
    """One event of GetDurableExecutionHistory; its details lie under the key ``<EventType>Details``."""

    EventType: EventType
    SubType: str
    EventId: int
    Id: str
    Name: str
    EventTimestamp: datetime
    ParentId: str


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def public(operation: Operation) -> Operation:
    """The operation as an API response shows it: without the service's bookkeeping."""
    shown = operation.copy()
    shown.pop("_", None)
    return shown


def epoch_milliseconds(moment: datetime) -> int:
    """The timestamp as an invocation event writes it: milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def from_epoch_milliseconds(milliseconds: int) -> datetime:
    """The moment that many milliseconds after the beginning of 1970, in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def with_epoch_milliseconds(value: Any) -> Any:
    """A copy of a wire value in which every timestamp is a number, as in the JSON of an invocation event."""
    if isinstance(value, dict):
        return {key: with_epoch_milliseconds(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_epoch_milliseconds(item) for item in value]
    return epoch_milliseconds(value) if isinstance(value, datetime) else value


def encode(value: Any) -> str:
    """JSON text of an operation, an event or another wire value. :func:`decode` reads it."""
    return json.dumps(value, default=_encode, separators=(",", ":"), ensure_ascii=False)


def decode(text: str) -> Any:
    """The wire value that :func:`encode` wrote. Keys ending in ``Timestamp`` hold datetimes again."""
    return json.loads(text, object_hook=_decode)


def _encode(value: object) -> int:
    return epoch_milliseconds(cast(datetime, value))


def _decode(value: dict[str, Any]) -> dict[str, Any]:
    for key, item in value.items():
        if key.endswith("Timestamp") and isinstance(item, int):
            value[key] = from_epoch_milliseconds(item)
    return value
