"""What becomes of an execution as a whole: its beginning, its end, its pauses, the ends of its invocations.

Like the functions of `operations`, these write into a draft.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from durable_runtime.service import limits
from durable_runtime.service.errors import RequestTooLargeException
from durable_runtime.service.ledger import shapes
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.events import failure, payload
from durable_runtime.service.ledger.execution import Invocation, Pause, Start
from durable_runtime.service.wire import ErrorObject, EventType, Operation

_ENDS: Final[dict[str, EventType]] = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "STOPPED": "ExecutionStopped",
}


def check_start(start: Start) -> int:
    """Refuse to begin what is out of bounds.

    Returns:
        The bytes of the input.

    Raises:
        InvalidParameterValueException: the ARN, the name or a duration.
        RequestTooLargeException: the input.
    """
    shapes.identifier(start.parts.name, "durableExecutionName", limits.EXECUTION_NAME)
    shapes.seconds(start.execution_timeout, "executionTimeout", 1, limits.WAIT)
    shapes.seconds(start.retention_days, "retentionPeriodInDays", 1, limits.RETENTION_DAYS)
    size = 0 if start.input is None else shapes.payload_size(start.input, "payload")
    if size > start.payload_limit:
        raise RequestTooLargeException(f"Input payload size must be less than or equal to {start.payload_limit} bytes.")
    return size


def begin(draft: Draft) -> None:
    start = draft.before.start
    operation: Operation = {
        "Id": start.parts.id,
        "Name": start.parts.name,
        "Type": "EXECUTION",
        "StartTimestamp": start.started_at,
        "Status": "STARTED",
        "ExecutionDetails": {} if start.input is None else {"InputPayload": start.input},
    }
    draft.put(operation)
    details = {"Input": payload(start.input), "ExecutionTimeout": start.execution_timeout}
    draft.record("ExecutionStarted", operation, details)


def end(
    draft: Draft,
    status: Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"],
    *,
    result: str | None = None,
    error: ErrorObject | None = None,
) -> None:
    draft.ended = True
    execution = draft.get(draft.before.start.parts.id).copy()
    execution["Status"] = status
    execution["EndTimestamp"] = draft.now
    draft.put(execution)
    details = {"Result": payload(result)} if status == "SUCCEEDED" else {"Error": failure(error)}
    draft.record(_ENDS[status], execution, details)
    draft.header |= {"status": status, "ended_at": draft.now, "result": result, "error": error}
    draft.header |= {"owed": False, "retry_at": None, "pause": None}


def time_out(draft: Draft) -> None:
    message = f"Execution timed out after {draft.before.start.execution_timeout} seconds."
    end(draft, "TIMED_OUT", error={"ErrorMessage": message})


def reason_to_stop(draft: Draft, error: ErrorObject | None) -> ErrorObject:
    """The error of a request to stop, or what stands for it if there is none.

    Raises:
        InvalidParameterValueException: it is malformed or too large.
    """
    if not error:
        return {"ErrorMessage": "Execution stopped by user request"}
    draft.stored += shapes.error_size(error, "error")
    return shapes.error_object(error)


def start_invocation(draft: Draft, request_id: str) -> None:
    """Note that the handler is being invoked and knows of all that happened so far."""
    draft.header |= {
        "invocation": Invocation(request_id, draft.now),
        "sequence": draft.before.sequence + 1,
        "seen": draft.before.revision,
        "owed": False,
        "retry_at": None,
    }


def end_invocation(draft: Draft, error: ErrorObject | None = None) -> None:
    """Note that the running invocation is over; with an error if it did not return."""
    invocation = draft.before.invocation
    assert invocation is not None, "no invocation runs"
    details: dict[str, object] = {
        "StartTimestamp": invocation.started_at,
        "EndTimestamp": draft.now,
        "RequestId": invocation.request_id,
    }
    if error is not None:
        details["Error"] = failure(shapes.crash(error))
    draft.record("InvocationCompleted", None, details)
    draft.header["invocation"] = None


def pause(draft: Draft, reason: str | None, *, timeout_paused: bool) -> None:
    """Pause at once, or as soon as the running invocation checkpoints or ends."""
    draft.header["pause"] = Pause(draft.now, timeout_paused, reason)
    if draft.before.invocation is None:
        rest(draft)
    else:
        draft.header["status"] = "PAUSING"


def rest(draft: Draft) -> None:
    """Carry out a pause that was asked for."""
    asked: Pause = draft.field("pause")
    details: dict[str, object] = {
        "PauseRequestTimestamp": asked.requested_at,
        "ExecutionTimeoutPaused": asked.timeout_paused,
    }
    if asked.reason is not None:
        details["Reason"] = payload(asked.reason)
    draft.record("ExecutionPaused", None, details)
    draft.header |= {"status": "PAUSED", "pause": replace(asked, paused_at=draft.now)}


def resume(draft: Draft, pause: Pause, reason: str | None) -> None:
    """Lift a pause; one that was never carried out leaves no trace in the history."""
    draft.header |= {"status": "RUNNING", "pause": None}
    if pause.paused_at is None:
        return
    if pause.timeout_paused:
        draft.header["stood_still"] = draft.before.stood_still + _seconds(pause.paused_at, draft.now)
    details: dict[str, object] = {"ResumeRequestTimestamp": draft.now}
    if reason is not None:
        details["Reason"] = payload(reason)
    draft.record("ExecutionResumed", None, details)


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
