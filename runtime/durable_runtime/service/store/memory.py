"""A store that lives and dies with the process."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from durable_runtime.service.ledger import Changes, Execution
from durable_runtime.service.store.protocol import (
    Call,
    Checkpoint,
    Commit,
    Filter,
    NameTaken,
    Snapshot,
    Superseded,
)
from durable_runtime.service.wire import Event, Operation


@dataclass(slots=True)
class _Row:
    """All that is stored of one execution."""

    execution: Execution
    version: int = 0
    operations: list[Operation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    checkpoint: Checkpoint | None = None

    def append(self, changes: Changes) -> None:
        self.execution = changes.execution
        self.version += 1
        self.operations += changes.operations
        self.events += changes.events


class _Agenda:
    """Moments by ARN, the earliest at hand. Outdated heap entries are dropped when they surface."""

    def __init__(self) -> None:
        self._moments: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, arn: str, moment: datetime | None) -> None:
        if moment is None:
            self._moments.pop(arn, None)
        elif self._moments.get(arn) != moment:
            self._moments[arn] = moment
            heapq.heappush(self._heap, (moment, arn))

    def first(self) -> datetime | None:
        while self._heap:
            moment, arn = self._heap[0]
            if self._moments.get(arn) == moment:
                return moment
            heapq.heappop(self._heap)
        return None

    def until(self, now: datetime, limit: int) -> list[str]:
        found: list[tuple[datetime, str]] = []
        while len(found) < limit and (moment := self.first()) is not None and moment <= now:
            entry = heapq.heappop(self._heap)
            if entry not in found:
                found.append(entry)
        for entry in found:
            heapq.heappush(self._heap, entry)
        return [arn for _, arn in found]


class MemoryStore:
    """Keeps executions in memory. One engine at a time; see `Store` for the methods."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, _Row] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._runnable: dict[str, str] = {}
        self._timers = _Agenda()
        self._expiries = _Agenda()
        self._unsettled: dict[str, None] = {}
        self._invoking: set[str] = set()
        self._claimed: set[str] = set()
        self._calls: dict[tuple[str, str], Call] = {}
        self._claimed_calls: set[tuple[str, str]] = set()

    def begin(self, changes: Changes) -> None:
        with self._lock:
            self._begin(changes)

    def _begin(self, changes: Changes) -> None:
        execution = changes.execution
        self._names[self._free_name(execution)] = execution.arn
        row = self._rows[execution.arn] = _Row(execution)
        row.append(changes)
        self._schedule(execution)

    def commit(self, commit: Commit) -> None:
        execution = commit.changes.execution
        with self._lock:
            row = self._rows.get(execution.arn)
            if row is None or row.version != commit.version:
                raise Superseded(execution.arn)
            for child in commit.begun:
                self._free_name(child.execution)
            ends = execution.ended and not row.execution.ended
            row.append(commit.changes)
            if commit.checkpoint is not None:
                row.checkpoint = commit.checkpoint
            if ends and (execution.start.parent is not None or commit.changes.stops):
                self._unsettled[execution.arn] = None
            self._schedule(execution)
            for child in commit.begun:
                self._begin(child)
            for call in commit.calls:
                self._calls[call.parent_arn, call.operation_id] = call
            if commit.called is not None:
                self._drop((execution.arn, commit.called))

    def _free_name(self, execution: Execution) -> tuple[str, str]:
        parts = execution.start.parts
        if (parts.function, parts.name) in self._names:
            raise NameTaken(execution.arn)
        return parts.function, parts.name

    def _schedule(self, execution: Execution) -> None:
        arn = execution.arn
        if execution.invocation is None:
            self._invoking.discard(arn)
            self._claimed.discard(arn)
        else:
            self._invoking.add(arn)
            self._claimed.add(arn)
        if execution.needs_invocation:
            self._runnable.setdefault(arn, execution.start.parts.function)
        else:
            self._runnable.pop(arn, None)
        self._timers.set(arn, execution.next_due)
        self._expiries.set(arn, execution.expires_at)

    def load(self, arn: str) -> Snapshot | None:
        with self._lock:
            row = self._rows.get(arn)
            if row is None:
                return None
            operations = list({operation["Id"]: operation for operation in row.operations}.values())
            return Snapshot(row.execution, operations, row.version, len(row.operations), row.checkpoint)

    def epoch(self) -> int:
        return 0

    def version(self, arn: str) -> int:
        with self._lock:
            row = self._rows.get(arn)
            return row.version if row is not None else 0

    def header(self, arn: str) -> Execution | None:
        with self._lock:
            row = self._rows.get(arn)
            return row.execution if row is not None else None

    def find(self, function: str, name: str) -> Execution | None:
        with self._lock:
            arn = self._names.get((function, name))
            return self._rows[arn].execution if arn is not None else None

    def operations(self, arn: str, rows: int) -> Sequence[Operation]:
        with self._lock:
            return list({operation["Id"]: operation for operation in self._rows[arn].operations[:rows]}.values())

    def events(self, arn: str, start: int, limit: int, *, reverse: bool = False) -> Sequence[Event]:
        with self._lock:
            row = self._rows.get(arn)
            if row is None:
                return []
            if reverse:
                return row.events[max(0, start - limit) : max(0, start)][::-1]
            return row.events[max(0, start - 1) : max(0, start - 1) + limit]

    def list(self, filter: Filter, after: str | None, limit: int, *, reverse: bool = False) -> Sequence[Execution]:
        with self._lock:
            executions = [row.execution for row in self._rows.values()]
        executions.sort(key=lambda execution: execution.start.started_at)
        if reverse:
            executions.reverse()
        if after is not None:
            arns = [execution.arn for execution in executions]
            executions = executions[arns.index(after) + 1 :] if after in arns else []
        return list(islice((execution for execution in executions if _matches(execution, filter)), limit))

    def runnable(self, functions: Collection[str], limit: int) -> Sequence[str]:
        with self._lock:
            return list(islice((arn for arn, name in self._runnable.items() if name in functions), limit))

    def unsettled(self, limit: int) -> Sequence[str]:
        with self._lock:
            return list(islice(self._unsettled, limit))

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        with self._lock:
            return self._timers.until(now, limit)

    def next_due(self) -> datetime | None:
        with self._lock:
            return self._timers.first()

    def settled(self, arn: str) -> None:
        with self._lock:
            self._unsettled.pop(arn, None)

    def calls(self, functions: Collection[str], limit: int) -> Sequence[Call]:
        with self._lock:
            free = (
                call
                for key, call in self._calls.items()
                if key not in self._claimed_calls and call.function in functions
            )
            return list(islice(free, limit))

    def claim(self, call: Call) -> bool:
        key = (call.parent_arn, call.operation_id)
        with self._lock:
            if key not in self._calls or key in self._claimed_calls:
                return False
            self._claimed_calls.add(key)
            return True

    def drop(self, call: Call) -> None:
        with self._lock:
            self._drop((call.parent_arn, call.operation_id))

    def _drop(self, key: tuple[str, str]) -> None:
        self._calls.pop(key, None)
        self._claimed_calls.discard(key)

    def busy_elsewhere(self) -> bool:
        return False

    def abandoned(self) -> Sequence[str]:
        with self._lock:
            return list(self._invoking - self._claimed)

    def expired(self, now: datetime, limit: int) -> Sequence[str]:
        with self._lock:
            return self._expiries.until(now, limit)

    def next_expiry(self) -> datetime | None:
        with self._lock:
            return self._expiries.first()

    def delete(self, arn: str) -> None:
        with self._lock:
            row = self._rows.pop(arn, None)
            if row is None:
                return
            parts = row.execution.start.parts
            del self._names[parts.function, parts.name]
            self._runnable.pop(arn, None)
            self._unsettled.pop(arn, None)
            self._invoking.discard(arn)
            self._claimed.discard(arn)
            self._timers.set(arn, None)
            self._expiries.set(arn, None)
            for key in [key for key in self._calls if key[0] == arn]:
                self._drop(key)

    def watch(self, changed: Callable[[], None]) -> None:
        """No other process sees this store."""

    def close(self) -> None:
        with self._lock:
            self._claimed.clear()
            self._claimed_calls.clear()


def _matches(execution: Execution, filter: Filter) -> bool:
    parts = execution.start.parts
    started = execution.start.started_at
    return (
        filter.function in (None, parts.function)
        and filter.version in (None, parts.version)
        and filter.name in (None, parts.name)
        and (not filter.statuses or execution.status in filter.statuses)
        and (filter.started_after is None or started > filter.started_after)
        and (filter.started_before is None or started < filter.started_before)
    )
