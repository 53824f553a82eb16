"""The operations of an execution, put together from its history.

Lambda's API shows an execution's operations only to its handler; everybody else reads events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

_TYPES = {
    "Context": "CONTEXT",
    "Wait": "WAIT",
    "Step": "STEP",
    "ChainedInvoke": "CHAINED_INVOKE",
    "Callback": "CALLBACK",
}

_STATUSES = {
    "Started": "STARTED",
    "Succeeded": "SUCCEEDED",
    "Failed": "FAILED",
    "TimedOut": "TIMED_OUT",
    "Stopped": "STOPPED",
    "Cancelled": "CANCELLED",
}


def operations_of(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The operations in wire form, in the order in which they started; the execution itself is left out."""
    operations: dict[str, dict[str, Any]] = {}
    for event in events:
        kind = next((known for known in _TYPES if event["EventType"].startswith(known)), None)
        if kind is not None:
            row = operations.setdefault(event["Id"], {"Id": event["Id"], "Type": _TYPES[kind]})
            _tell(row, kind, event)
    return list(operations.values())


def _tell(row: dict[str, Any], kind: str, event: Mapping[str, Any]) -> None:
    happened = event["EventType"].removeprefix(kind)
    told = event.get(f"{event['EventType']}Details") or {}
    details = row.setdefault(f"{kind}Details", {})
    for key in ("Name", "ParentId", "SubType"):
        if event.get(key):
            row[key] = event[key]
    row["Status"] = _STATUSES[happened]
    if happened == "Started":
        row.setdefault("StartTimestamp", event["EventTimestamp"])
        details.update({key: told[key] for key in ("CallbackId", "ScheduledEndTimestamp") if key in told})
        return
    row["EndTimestamp"] = event["EventTimestamp"]
    details.pop("NextAttemptTimestamp", None)
    for key in ("Result", "Error"):
        details.pop(key, None)
        if told.get(key, {}).get("Payload") is not None:
            details[key] = told[key]["Payload"]
    if retry := told.get("RetryDetails"):
        _tell_attempt(row, details, retry)


def _tell_attempt(row: dict[str, Any], details: dict[str, Any], retry: Mapping[str, Any]) -> None:
    details["Attempt"] = retry.get("CurrentAttempt", 0)
    if retry.get("NextAttemptDelaySeconds") is not None:
        row["Status"] = "PENDING"
        ended = row.pop("EndTimestamp")
        details["NextAttemptTimestamp"] = ended + timedelta(seconds=retry["NextAttemptDelaySeconds"])
