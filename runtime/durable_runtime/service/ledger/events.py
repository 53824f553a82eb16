"""History events, as GetDurableExecutionHistory shows them with all data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from durable_runtime.service.wire import ErrorObject, Event, EventType, Operation


def event(
    number: int, now: datetime, kind: EventType, operation: Operation | None, details: Mapping[str, object]
) -> Event:
    """An event, about an operation unless it is InvocationCompleted, a pause or its end."""
    made: dict[str, Any] = {"EventType": kind, "EventId": number, "EventTimestamp": now}
    if operation is not None:
        made["Id"] = operation["Id"]
        if "Name" in operation:
            made["Name"] = operation["Name"]
        if "SubType" in operation:
            made["SubType"] = operation["SubType"]
        if "ParentId" in operation:
            made["ParentId"] = operation["ParentId"]
    made[f"{kind}Details"] = details
    return cast(Event, made)


def payload(text: str | None) -> dict[str, object]:
    """An EventInput, EventResult or event reason."""
    return {"Truncated": False} if text is None else {"Payload": text, "Truncated": False}


def failure(error: ErrorObject | None) -> dict[str, object]:
    """An EventError."""
    return {"Truncated": False} if error is None else {"Payload": error, "Truncated": False}


def without_data(event: Event) -> Event:
    """The event as GetDurableExecutionHistory shows it with IncludeExecutionData false.

    Payloads, errors and reasons are left out and marked ``Truncated``.
    """
    key = f"{event['EventType']}Details"
    shown = cast(dict[str, Any], event.copy())
    shown[key] = {
        name: {"Truncated": True} if isinstance(value, dict) and "Truncated" in value else value
        for name, value in shown[key].items()
    }
    return cast(Event, shown)
