"""The state of an execution, page by page, as a handler replays it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger.shapes import error_size
from durable_runtime.service.wire import COMPLETED, Operation, public

_ENVELOPE: Final = 256
"""Bytes that an operation takes besides its payloads, about."""
_WITH_PAYLOADS: Final = ("ExecutionDetails", "ContextDetails", "StepDetails", "CallbackDetails", "ChainedInvokeDetails")


@dataclass(frozen=True, slots=True)
class StatePage:
    """A page of the state that a handler replays."""

    operations: list[Operation]
    """Operations as the API shows them, in the order in which they started."""
    next_marker: str | None
    """Marker of the next page; None on the last one."""


def page_of(
    operations: Mapping[str, Operation], marker: str | None, max_items: int | None, max_bytes: int | None
) -> StatePage:
    """The operations from a marker on, as many as the limits allow and at least one.

    A marker is a position among all operations: they are only ever added to, so it stays valid while an execution runs.
    """
    first = _position(marker, len(operations))
    most = min(max_items or limits.PAGE_ITEMS, limits.PAGE_ITEMS) if max_items else len(operations)
    room = max_bytes or limits.STATE_PAGE
    page: list[Operation] = []
    for position, operation in _visible(operations):
        if position < first:
            continue
        room -= _size(operation)
        if page and (room < 0 or len(page) == most):
            return StatePage(page, str(position))
        page.append(public(operation))
    return StatePage(page, None)


def _visible(operations: Mapping[str, Operation]) -> Iterator[tuple[int, Operation]]:
    """Operations and their positions, without those below a completed context whose result needs no replay."""
    closed: set[str] = set()
    for position, (name, operation) in enumerate(operations.items()):
        if operation.get("ParentId") in closed:
            closed.add(name)
            continue
        yield position, operation
        if (
            operation["Type"] == "CONTEXT"
            and operation["Status"] in COMPLETED
            and not operation.get("ContextDetails", {}).get("ReplayChildren")
        ):
            closed.add(name)


def _position(marker: str | None, count: int) -> int:
    if not marker:
        return 0
    if not (marker.isascii() and marker.isdecimal()) or int(marker) > count:
        raise InvalidParameterValueException("Invalid marker")
    return int(marker)


def _size(operation: Mapping[str, Any]) -> int:
    size = _ENVELOPE
    for key in _WITH_PAYLOADS:
        details = operation.get(key)
        if details:
            size += len(details.get("InputPayload") or "") + len(details.get("Result") or "")
            if "Error" in details:
                size += error_size(details["Error"], "error")
    return size
