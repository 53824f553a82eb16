"""Operations as a person reads them: what it is, how far it is, how long it took."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.tokens import CallbackId
from durable_runtime.testing.timeline import duration, kind_of

Operation = Mapping[str, Any]

_WORDS = {
    "STARTED": "running",
    "PENDING": "will be tried again",
    "READY": "is to be tried again",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "was cancelled",
    "TIMED_OUT": "timed out",
    "STOPPED": "was stopped",
}
_WAITING = {"WAIT": "waiting", "CALLBACK": "waiting for an answer", "CHAINED_INVOKE": "waiting for its result"}
_DETAILS = ("StepDetails", "CallbackDetails", "ChainedInvokeDetails", "ContextDetails")
_LONGEST = 60

SUBMITTED = " create callback id"
"""Ends the name of a callback that `wait_for_callback` has created; before it stands the name that the handler gave."""


@dataclass(frozen=True, slots=True)
class Line:
    """One operation in words."""

    title: str
    state: str
    """Status of the API, for the colour."""
    says: str


def line_of(operation: Operation) -> Line:
    """Put an operation into words."""
    kind = kind_of(operation.get("SubType"), operation["Type"])
    name = operation.get("Name")
    status: str = operation["Status"]
    word = _WAITING.get(operation["Type"], "running") if status == "STARTED" else _WORDS[status]
    return Line(f"{kind} {name}" if name else f"{kind} {operation['Id'][:8]}", status, word + _more(operation))


def _more(operation: Operation) -> str:
    said = ""
    started, ended = operation.get("StartTimestamp"), operation.get("EndTimestamp")
    if isinstance(started, datetime) and isinstance(ended, datetime):
        said += f" after {duration((ended - started).total_seconds())}"
    details: Mapping[str, Any] = next((operation[key] for key in _DETAILS if operation.get(key)), {})
    if (attempt := details.get("Attempt", 0)) > 1:
        said += f", attempt {attempt}"
    if moment := details.get("NextAttemptTimestamp") if operation["Status"] == "PENDING" else None:
        said += f" at {moment.astimezone():%H:%M:%S}"
    scheduled = operation.get("WaitDetails", {}).get("ScheduledEndTimestamp")
    if scheduled and operation["Status"] == "STARTED":
        said += f" until {scheduled.astimezone():%Y-%m-%d %H:%M:%S}"
    if operation["Type"] == "CALLBACK" and operation["Status"] == "STARTED":
        said += f": durable-run callback {_short_id(operation)} succeed --result JSON"
    if error := details.get("Error"):
        said += f": {error_text(error)}"
    return said


def _short_id(operation: Operation) -> str:
    """What `durable-run callback` takes: EXECUTION/NAME, which fits a line, or the callback's id if it has no name."""
    callback_id: str = operation["CallbackDetails"]["CallbackId"]
    name = operation.get("Name")
    if not name:
        return callback_id
    execution = ExecutionArn.parse(CallbackId.parse(callback_id).arn).name
    return shlex.quote(f"{execution}/{name.removesuffix(SUBMITTED)}")


def error_text(error: Mapping[str, Any]) -> str:
    """An error object in one line: its type without the module, and its message."""
    kind = str(error.get("ErrorType") or "error").rpartition(".")[2]
    message = " ".join(str(error.get("ErrorMessage") or "").split())
    return f"{kind}: {message}" if message else kind


def result_text(operation: Operation) -> str | None:
    """What an operation gave, cut to fit a line."""
    details: Mapping[str, Any] = next((operation[key] for key in _DETAILS if operation.get(key)), {})
    result = details.get("Result")
    if result is None:
        return None
    text = " ".join(str(result).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def children(operations: Sequence[Operation]) -> dict[str | None, list[Operation]]:
    """Operations by the context that they are in, None for the handler's own; the execution itself is left out."""
    known = {operation["Id"] for operation in operations}
    grouped: dict[str | None, list[Operation]] = {}
    for operation in operations:
        if operation["Type"] != "EXECUTION":
            parent = operation.get("ParentId")
            grouped.setdefault(parent if parent in known else None, []).append(operation)
    return grouped
