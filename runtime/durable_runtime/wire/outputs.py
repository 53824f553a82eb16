"""Answers of the durable API, and the answer of an invocation."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import field
from typing import Any

from durable_runtime.records import record
from durable_runtime.wire.enums import InvocationStatus
from durable_runtime.wire.errors import ErrorObject
from durable_runtime.wire.operation import Operation


@record(frozen=True)
class DurableExecutionInvocationOutput:
    """What a durable handler returns to Lambda.

    `result` is "" if the execution was ended by a checkpoint because the result is too large for this answer.
    """

    status: InvocationStatus
    result: str | None = None
    error: ErrorObject | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> DurableExecutionInvocationOutput:
        """Read the API's form."""
        error = data.get("Error")
        return cls(
            InvocationStatus(data.get("Status")), data.get("Result"), ErrorObject.from_dict(error) if error else None
        )

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        wire: dict[str, Any] = {"Status": self.status.value}
        if self.result is not None:
            wire["Result"] = self.result
        if self.error:
            wire["Error"] = self.error.to_dict()
        return wire

    @classmethod
    def create_succeeded(cls, result: str) -> DurableExecutionInvocationOutput:
        """The handler returned."""
        return cls(InvocationStatus.SUCCEEDED, result)

    @classmethod
    def create_retry(cls, error: ErrorObject) -> DurableExecutionInvocationOutput:
        """The invocation failed and will be repeated."""
        return cls(InvocationStatus.RETRY, error=error)

    @classmethod
    def create_pending(cls) -> DurableExecutionInvocationOutput:
        """The handler is suspended."""
        return cls(InvocationStatus.PENDING)


@record(frozen=True)
class CheckpointUpdatedExecutionState:
    """Operations that changed with a checkpoint, or since the one before."""

    operations: list[Operation] = field(default_factory=list)
    next_marker: str | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> CheckpointUpdatedExecutionState:
        """Read the API's form."""
        return cls(_operations(data), data.get("NextMarker"))


@record(frozen=True)
class CheckpointOutput:
    """The answer to a checkpoint; without a token, no other checkpoint may follow."""

    checkpoint_token: str | None
    new_execution_state: CheckpointUpdatedExecutionState

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> CheckpointOutput:
        """Read the API's form."""
        state = data.get("NewExecutionState") or {}
        return cls(data.get("CheckpointToken"), CheckpointUpdatedExecutionState.from_dict(state))


@record(frozen=True)
class StateOutput:
    """A page of the recorded operations."""

    operations: list[Operation] = field(default_factory=list)
    next_marker: str | None = None

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> StateOutput:
        """Read the API's form."""
        return cls(_operations(data), data.get("NextMarker"))


def _operations(data: MutableMapping[str, Any]) -> list[Operation]:
    return [Operation.from_dict(operation) for operation in data.get("Operations") or ()]
