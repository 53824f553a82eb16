"""What an operation carries besides its identity, by type of operation."""

from __future__ import annotations

import datetime
from collections.abc import MutableMapping
from typing import Any, TypeAlias

from durable_runtime.records import record
from durable_runtime.wire.errors import ErrorObject

ReplayChildren: TypeAlias = bool
OperationPayload: TypeAlias = str


def recorded_error(data: MutableMapping[str, Any]) -> ErrorObject | None:
    """Return the error of an operation's details, if there is one."""
    recorded = data.get("Error")
    return ErrorObject.from_dict(recorded) if recorded else None


@record(frozen=True)
class ExecutionDetails:
    """Of the EXECUTION operation: the handler's input as JSON."""

    input_payload: str | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ExecutionDetails:
        """Read the API's form."""
        return cls(data.get("InputPayload"))


@record(frozen=True)
class ContextDetails:
    """Of a CONTEXT operation; with `replay_children` its body runs again on replay instead of its result being read."""

    replay_children: ReplayChildren = False
    result: OperationPayload | None = None
    error: ErrorObject | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ContextDetails:
        """Read the API's form."""
        return cls(data.get("ReplayChildren", False), data.get("Result"), recorded_error(data))


@record(frozen=True)
class StepDetails:
    """Of a STEP operation: attempts so far, the next one's time, the outcome."""

    attempt: int = 0
    next_attempt_timestamp: datetime.datetime | None = None
    result: OperationPayload | None = None
    error: ErrorObject | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> StepDetails:
        """Read the API's form."""
        return cls(data.get("Attempt", 0), data.get("NextAttemptTimestamp"), data.get("Result"), recorded_error(data))


@record(frozen=True)
class WaitDetails:
    """Of a WAIT operation: when it ends."""

    scheduled_end_timestamp: datetime.datetime | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> WaitDetails:
        """Read the API's form."""
        return cls(data.get("ScheduledEndTimestamp"))


@record(frozen=True)
class CallbackDetails:
    """Of a CALLBACK operation: the id that the service gave it, the outcome."""

    callback_id: str
    result: str | None = None
    error: ErrorObject | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> CallbackDetails:
        """Read the API's form."""
        return cls(data["CallbackId"], data.get("Result"), recorded_error(data))


@record(frozen=True)
class ChainedInvokeDetails:
    """Of a CHAINED_INVOKE operation: the outcome."""

    result: str | None = None
    error: ErrorObject | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> ChainedInvokeDetails:
        """Read the API's form."""
        return cls(data.get("Result"), recorded_error(data))
