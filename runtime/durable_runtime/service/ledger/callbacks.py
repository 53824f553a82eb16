"""What becomes of callbacks. Like the functions of `operations`, these write into a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal

from durable_runtime.service import limits
from durable_runtime.service.errors import (
    CallbackTimeoutException,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from durable_runtime.service.ledger import shapes
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.events import failure, payload
from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.tokens import CallbackId
from durable_runtime.service.wire import CallbackDetails, ErrorObject, Operation, OperationUpdate

_TIMEOUTS: Final[dict[Literal["timeout", "heartbeat"], ErrorObject]] = {
    "timeout": {"ErrorMessage": "Callback timed out", "ErrorType": "Callback.Timeout"},
    "heartbeat": {"ErrorMessage": "Callback timed out on heartbeat", "ErrorType": "Callback.Heartbeat"},
}


def find_open(execution: Execution, operations: Mapping[str, Operation], operation_id: str) -> Operation:
    """A callback that can still be completed.

    Raises:
        ResourceNotFoundException: there is no such callback.
        CallbackTimeoutException: it is complete, or the execution is over.
    """
    callback = operations.get(operation_id)
    if callback is None or callback["Type"] != "CALLBACK":
        raise ResourceNotFoundException(f"Callback not found: {operation_id}")
    if callback["Status"] != "STARTED" or execution.ended:
        raise CallbackTimeoutException("The callback has timed out or has already been completed.")
    return callback


def start(draft: Draft, update: OperationUpdate) -> None:
    callback = draft.new(update)
    name = str(CallbackId(draft.before.arn, update["Id"]))
    callback["CallbackDetails"] = {"CallbackId": name}
    details: dict[str, object] = {"CallbackId": name}
    options = update.get("CallbackOptions") or {}
    timeout, heartbeat = options.get("TimeoutSeconds"), options.get("HeartbeatTimeoutSeconds")
    kept = callback["_"] = {}
    if heartbeat:
        details["HeartbeatTimeout"] = heartbeat
        kept["HeartbeatSeconds"] = heartbeat
        kept["HeartbeatTimestamp"] = draft.now + timedelta(seconds=heartbeat)
    if timeout:
        details["Timeout"] = timeout
        kept["TimeoutTimestamp"] = draft.now + timedelta(seconds=timeout)
    draft.put(callback)
    draft.record("CallbackStarted", callback, details)


def succeed(draft: Draft, operation: Operation, result: str | None) -> None:
    """Complete a callback.

    Raises:
        InvalidParameterValueException: the result is too large.
    """
    size = 0 if result is None else shapes.payload_size(result, "result")
    if size > limits.CALLBACK_RESULT:
        raise InvalidParameterValueException(
            f"CALLBACK output payload size must be less than or equal to {limits.CALLBACK_RESULT} bytes."
        )
    draft.stored += size
    details = operation["CallbackDetails"].copy()
    if result is not None:
        details["Result"] = result
    callback = _close(draft, operation, details)
    callback["Status"] = "SUCCEEDED"
    draft.put(callback, signalled=True)
    draft.record("CallbackSucceeded", callback, {"Result": payload(result)})


def fail(draft: Draft, operation: Operation, error: ErrorObject) -> None:
    """Complete a callback with an error.

    Raises:
        InvalidParameterValueException: the error is malformed or too large.
    """
    draft.stored += shapes.error_size(error, "error")
    error = shapes.error_object(error)
    callback = _close(draft, operation, {**operation["CallbackDetails"], "Error": error})
    callback["Status"] = "FAILED"
    draft.put(callback, signalled=True)
    draft.record("CallbackFailed", callback, {"Error": failure(error)})


def beat(draft: Draft, operation: Operation) -> None:
    """Restart a callback's heartbeat timeout, if it has one."""
    kept = operation["_"]
    if "HeartbeatSeconds" in kept:
        callback = operation.copy()
        callback["_"] = {**kept, "HeartbeatTimestamp": draft.now + timedelta(seconds=kept["HeartbeatSeconds"])}
        draft.amend(callback)


def time_out(draft: Draft, operation: Operation, kind: Literal["timeout", "heartbeat"]) -> None:
    error = _TIMEOUTS[kind]
    callback = _close(draft, operation, {**operation["CallbackDetails"], "Error": error})
    callback["Status"] = "TIMED_OUT"
    draft.put(callback, signalled=True)
    draft.record("CallbackTimedOut", callback, {"Error": failure(error)})


def stop(draft: Draft, operation: Operation) -> None:
    """Close a callback with its execution. History has no event for that."""
    callback = _close(draft, operation, operation["CallbackDetails"])
    callback["Status"] = "STOPPED"
    draft.put(callback)


def _close(draft: Draft, operation: Operation, details: CallbackDetails) -> Operation:
    callback = operation.copy()
    callback["EndTimestamp"] = draft.now
    callback["CallbackDetails"] = details
    return callback
