"""A transition in the making: what it changes, laid over the ledger that it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from durable_runtime.service.ledger.changes import Changes, InvokeRequest
from durable_runtime.service.ledger.events import event
from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.wire import Event, EventType, Operation, OperationUpdate


class Draft:
    """Collects the operations, events and header fields that one transition changes.

    The ledger takes them over when the transition is complete; one that raises leaves nothing behind.
    """

    __slots__ = (
        "_stored",
        "before",
        "ended",
        "events",
        "header",
        "invokes",
        "metered",
        "now",
        "operations",
        "revision",
        "stops",
        "stored",
    )

    def __init__(self, execution: Execution, operations: Mapping[str, Operation], now: datetime) -> None:
        self.before = execution
        self.now = now
        self.ended = execution.ended
        self.revision = execution.revision
        self.metered = execution.metered
        self.stored = execution.stored
        self.operations: dict[str, Operation] = {}
        self.events: list[Event] = []
        self.invokes: list[InvokeRequest] = []
        self.stops: list[str] = []
        self.header: dict[str, Any] = {}
        """Fields of the execution that change, apart from the counters."""
        self._stored = operations

    def get(self, name: str) -> Operation:
        """The operation as this transition has left it so far."""
        return self.operations.get(name) or self._stored[name]

    def find(self, name: str) -> Operation | None:
        """The same, or None if there is no such operation."""
        return self.operations.get(name) or self._stored.get(name)

    def new(self, update: OperationUpdate) -> Operation:
        """The operation that a START begins."""
        operation: Operation = {"Id": update["Id"], "Type": update["Type"]}
        if update.get("ParentId") is not None:
            operation["ParentId"] = update["ParentId"]
        if update.get("Name") is not None:
            operation["Name"] = update["Name"]
        if update.get("SubType") is not None:
            operation["SubType"] = update["SubType"]
        operation["StartTimestamp"] = self.now
        operation["Status"] = "STARTED"
        return operation

    def put(self, operation: Operation, *, signalled: bool = False) -> None:
        """Add an operation or its new state; `signalled` if no handler asked for the change."""
        self.revision += 1
        kept = operation.get("_", {}).copy()
        kept["Revision"] = self.revision
        if signalled:
            kept["Signalled"] = self.revision
        operation["_"] = kept
        self.operations[operation["Id"]] = operation

    def amend(self, operation: Operation) -> None:
        """Change only what the service keeps with an operation; nobody sees a difference."""
        self.operations[operation["Id"]] = operation

    def record(self, kind: EventType, operation: Operation | None, details: Mapping[str, object]) -> None:
        """Append an event to the history."""
        self.events.append(event(self.before.event_count + len(self.events) + 1, self.now, kind, operation, details))

    def field(self, name: str) -> Any:
        """A field of the execution as this transition has left it so far."""
        return self.header[name] if name in self.header else getattr(self.before, name)

    def changes(self, execution: Execution) -> Changes:
        """What a store has to write, `execution` being the header after the transition."""
        operations, events = tuple(self.operations.values()), tuple(self.events)
        return Changes(execution, operations, events, tuple(self.invokes), tuple(self.stops))
