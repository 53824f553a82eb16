"""What follows from an execution's header and operations: kept up to date with every transition, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.ledger.timers import Timer, Timers
from durable_runtime.service.wire import Operation


class Derived:
    """Indexes over the operations of one execution, each kept up in constant or logarithmic time per change."""

    def __init__(self, execution: Execution, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        self._timers = Timers(() if execution.ended else operations.values())
        self._times_out_at = execution.times_out_at
        self.waiting = {name: None for name, operation in operations.items() if _is_waiting(operation)}
        """Operations that something outside of the handler will complete."""
        self.unseen = _above(operations.values(), "Revision", execution.seen)
        """Operations that changed since the handler last looked, in the order of their changes."""
        self.updated = _above(operations.values(), "Signalled", execution.acknowledged)
        """Operations that changed by themselves since the last invocation that ended in order, oldest change first."""

    def follow(self, draft: Draft) -> None:
        """Take note of the operations that a transition changed, before the ledger takes them over."""
        for operation in sorted(draft.operations.values(), key=_revision):
            name = operation["Id"]
            self._timers.set(operation, self._operations.get(name))
            if _is_waiting(operation):
                self.waiting[name] = None
            else:
                self.waiting.pop(name, None)
            kept = operation["_"]
            if kept["Revision"] > draft.before.revision:
                self.unseen.pop(name, None)
                self.unseen[name] = None
                if kept.get("Signalled") == kept["Revision"]:
                    self.updated.pop(name, None)
                    self.updated[name] = None
        known = draft.header.get("acknowledged")
        if known is not None:
            self.updated = {name: None for name in self.updated if self._operations[name]["_"]["Signalled"] > known}

    def header(self, draft: Draft) -> Execution:
        """The header after a transition, with what follows for a store's queries."""
        draft.header |= {
            "revision": draft.revision,
            "event_count": draft.before.event_count + len(draft.events),
            "metered": draft.metered,
            "stored": draft.stored,
        }
        execution = draft.before.changed(draft.header)
        if not draft.header.keys().isdisjoint(("status", "pause", "stood_still")):
            self._times_out_at = execution.times_out_at
        next_due = self._next_due(execution)
        needs_invocation = (
            execution.status == "RUNNING"
            and execution.invocation is None
            and execution.retry_at is None
            and (execution.owed or execution.revision > execution.seen)
        )
        if next_due == execution.next_due and needs_invocation == execution.needs_invocation:
            return execution
        return execution.changed({"next_due": next_due, "needs_invocation": needs_invocation})

    def next_timer(self, draft: Draft) -> Timer | Literal["execution timeout"] | None:
        """What is due next by a draft's time, after what the draft has changed."""
        timer = self._timers.first(draft.get)
        if timer is not None and timer.due > draft.now:
            timer = None
        if (
            self._times_out_at is not None
            and self._times_out_at <= draft.now
            and (timer is None or self._times_out_at <= timer.due)
        ):
            return "execution timeout"
        return timer

    def _next_due(self, execution: Execution) -> datetime | None:
        if execution.ended:
            return None
        timer = self._timers.first(self._operations.__getitem__)
        next_due = self._times_out_at
        for due in (execution.retry_at, timer and timer.due):
            if due is not None and (next_due is None or due < next_due):
                next_due = due
        return next_due


def _above(
    operations: Iterable[Operation], counter: Literal["Revision", "Signalled"], revision: int
) -> dict[str, None]:
    """Ids of the operations whose counter is above a revision, in the order of the counter."""
    counts = ((operation["_"].get(counter, 0), operation["Id"]) for operation in operations)
    return {name: None for count, name in sorted(counts) if count > revision}


def _revision(operation: Operation) -> int:
    return operation["_"]["Revision"]


def _is_waiting(operation: Operation) -> bool:
    """Whether something outside of the handler will complete the operation, or let it be tried again."""
    status = operation["Status"]
    return status == "PENDING" or (status == "STARTED" and operation["Type"] in ("WAIT", "CALLBACK", "CHAINED_INVOKE"))
