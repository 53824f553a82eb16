"""A store in one SQLite file, shared by any number of processes of one machine."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from durable_runtime.service.errors import ServiceException
from durable_runtime.service.ledger import Changes, Execution
from durable_runtime.service.store import codec
from durable_runtime.service.store.connection import Connection
from durable_runtime.service.store.peers import Peer, Watcher, identity, wake
from durable_runtime.service.store.protocol import Call, Commit, Filter, NameTaken, Snapshot, Superseded
from durable_runtime.service.store.schema import connect
from durable_runtime.service.wire import (
    Event,
    Operation,
    decode,
    encode,
    epoch_milliseconds,
    from_epoch_milliseconds,
)


class SqliteStore:
    """Keeps executions in a file; see `Store` for the methods. One engine per object.

    What a method has written is on the disk when it returns. Statements wait up to 30 seconds for other processes that
    write; after that, and on all other failures of the file, methods raise `ServiceException`.

    Raises:
        StoreError: the file is something else, cannot be opened, or was written by a newer version.
    """

    def __init__(self, path: str | Path) -> None:
        self._id = uuid.uuid4().hex
        self._writer = Connection(connect(Path(path)))
        self._reader = Connection(connect(Path(path)))
        self._watcher: Watcher | None = None
        self._listed = False

    # Writing

    def begin(self, changes: Changes) -> None:
        with self._writer.transaction() as write:
            _begin(write, changes)
        self._wake_peers()

    def commit(self, commit: Commit) -> None:
        execution = commit.changes.execution
        if execution.invocation is not None and not self._listed:
            self.enlist(None)
        with self._writer.transaction() as write:
            row = write.execute(_UPDATE, self._update(commit)).fetchone()
            if row is None:
                raise Superseded(execution.arn)
            key, rows = row
            _append(write, key, rows, commit.changes)
            for child in commit.begun:
                _begin(write, child)
            for call in commit.calls:
                write.execute(
                    "INSERT INTO calls (execution, operation, function, qualifier, payload, tenant)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (key, call.operation_id, call.function, call.qualifier, call.payload, call.tenant_id),
                )
            if commit.called is not None:
                write.execute("DELETE FROM calls WHERE execution = ? AND operation = ?", (key, commit.called))
        if execution.invocation is None or execution.ended or commit.begun or commit.calls:
            self._wake_peers()

    def _update(self, commit: Commit) -> dict[str, Any]:
        execution = commit.changes.execution
        now = _now()
        settles = execution.ended and (execution.start.parent is not None or commit.changes.stops)
        return {
            "arn": execution.arn,
            "commits": commit.version,
            "status": execution.status,
            "state": codec.state_text(execution),
            "added": len(commit.changes.operations),
            "checkpoint": codec.checkpoint_text(commit.checkpoint) if commit.checkpoint is not None else None,
            "owner": self._id if execution.invocation is not None else None,
            "runnable_at": now if execution.needs_invocation else None,
            "due_at": _milliseconds(execution.next_due),
            "expires_at": _milliseconds(execution.expires_at),
            "unsettled_at": now if settles else None,
        }

    def settled(self, arn: str) -> None:
        with self._writer.transaction() as write:
            write.execute("UPDATE executions SET unsettled_at = NULL WHERE arn = ?", (arn,))

    def claim(self, call: Call) -> bool:
        if not self._listed:
            self.enlist(None)
        with self._writer.transaction() as write:
            claimed = write.execute(
                "UPDATE calls SET owner = ? WHERE owner IS NULL AND operation = ?"
                " AND execution = (SELECT id FROM executions WHERE arn = ?)",
                (self._id, call.operation_id, call.parent_arn),
            )
            return claimed.rowcount == 1

    def drop(self, call: Call) -> None:
        with self._writer.transaction() as write:
            write.execute(
                "DELETE FROM calls WHERE operation = ? AND execution = (SELECT id FROM executions WHERE arn = ?)",
                (call.operation_id, call.parent_arn),
            )

    def delete(self, arn: str) -> None:
        with self._writer.transaction() as write:
            row = write.execute("DELETE FROM executions WHERE arn = ? RETURNING id", (arn,)).fetchone()
            if row is not None:
                for table in ("inputs", "operations", "events", "calls"):
                    write.execute(f"DELETE FROM {table} WHERE execution = ?", row)

    # Reading executions

    def load(self, arn: str) -> Snapshot | None:
        with self._reader.snapshot() as read:
            row = read.execute(
                f"SELECT {_HEADER}, commits, rows, checkpoint, id FROM {_EXECUTIONS} WHERE arn = ?", (arn,)
            ).fetchone()
            if row is None:
                return None
            start, input, state, commits, rows, checkpoint, key = row
            operations = _latest(read, key, rows)
        return Snapshot(
            codec.execution_of(codec.start_of(start, input), state),
            operations,
            commits,
            rows,
            codec.checkpoint_of(checkpoint) if checkpoint is not None else None,
        )

    def header(self, arn: str) -> Execution | None:
        return self._one("arn = ?", (arn,))

    def find(self, function: str, name: str) -> Execution | None:
        return self._one("function = ? AND name = ?", (function, name))

    def _one(self, where: str, values: Sequence[Any]) -> Execution | None:
        rows = self._reader.rows(f"SELECT {_HEADER} FROM {_EXECUTIONS} WHERE {where}", values)
        return _execution(rows[0]) if rows else None

    def epoch(self) -> int:
        version: int = self._writer.rows("PRAGMA data_version")[0][0]
        return version

    def version(self, arn: str) -> int:
        rows = self._reader.rows("SELECT commits FROM executions WHERE arn = ?", (arn,))
        return rows[0][0] if rows else 0

    def operations(self, arn: str, rows: int) -> Sequence[Operation]:
        with self._reader.snapshot() as read:
            key = read.execute("SELECT id FROM executions WHERE arn = ?", (arn,)).fetchone()
            return _latest(read, key[0], rows) if key is not None else []

    def events(self, arn: str, start: int, limit: int, *, reverse: bool = False) -> Sequence[Event]:
        order, bound = ("DESC", "<=") if reverse else ("ASC", ">=")
        rows = self._reader.rows(
            "SELECT body FROM events WHERE execution = (SELECT id FROM executions WHERE arn = ?)"
            f" AND number {bound} ? ORDER BY number {order} LIMIT ?",
            (arn, start, limit),
        )
        return [decode(body) for (body,) in rows]

    def list(self, filter: Filter, after: str | None, limit: int, *, reverse: bool = False) -> Sequence[Execution]:
        order, bound = ("DESC", "<") if reverse else ("ASC", ">")
        conditions, values = _conditions(filter)
        if after is not None:
            conditions.append(f"(started_at, id) {bound} (SELECT started_at, id FROM executions WHERE arn = ?)")
            values.append(after)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._reader.rows(
            f"SELECT start, NULL, state FROM executions {where} ORDER BY started_at {order}, id {order} LIMIT ?",
            (*values, limit),
        )
        return [_execution(row) for row in rows]

    # What is to be done

    def runnable(self, functions: Collection[str], limit: int) -> Sequence[str]:
        # The plus keeps SQLite from going through all executions of the functions, which it takes for the few.
        return self._arns(
            f"runnable_at IS NOT NULL AND +function IN ({_places(functions)}) ORDER BY runnable_at", functions, limit
        )

    def unsettled(self, limit: int) -> Sequence[str]:
        return self._arns("unsettled_at IS NOT NULL ORDER BY unsettled_at", (), limit)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        return self._arns("due_at <= ? ORDER BY due_at", (epoch_milliseconds(now),), limit)

    def expired(self, now: datetime, limit: int) -> Sequence[str]:
        return self._arns("expires_at <= ? ORDER BY expires_at", (epoch_milliseconds(now),), limit)

    def _arns(self, where: str, values: Collection[Any], limit: int) -> Sequence[str]:
        rows = self._reader.rows(f"SELECT arn FROM executions WHERE {where} LIMIT ?", (*values, limit))
        return [arn for (arn,) in rows]

    def next_due(self) -> datetime | None:
        return self._earliest("due_at")

    def next_expiry(self) -> datetime | None:
        return self._earliest("expires_at")

    def _earliest(self, column: str) -> datetime | None:
        ((moment,),) = self._reader.rows(f"SELECT min({column}) FROM executions WHERE {column} IS NOT NULL")
        return from_epoch_milliseconds(moment) if moment is not None else None

    def calls(self, functions: Collection[str], limit: int) -> Sequence[Call]:
        rows = self._reader.rows(
            "SELECT arn, operation, calls.function, qualifier, payload, tenant"
            " FROM calls JOIN executions ON executions.id = execution"
            f" WHERE calls.owner IS NULL AND calls.function IN ({_places(functions)}) ORDER BY calls.id LIMIT ?",
            (*functions, limit),
        )
        return [Call(*row) for row in rows]

    # Peers

    def watch(self, changed: Callable[[], None]) -> None:
        if self._watcher is None:
            self._watcher = Watcher(self._id, self, changed)
            self._wake_peers()

    def busy_elsewhere(self) -> bool:
        return bool(self._claimed_elsewhere(1))

    def _claimed_elsewhere(self, limit: int) -> Sequence[str]:
        return self._arns("owner IS NOT NULL AND owner <> ?", (self._id,), limit)

    def abandoned(self) -> Sequence[str]:
        unclaimed = "owner IS NOT NULL AND owner NOT IN (SELECT id FROM owners)"
        with self._reader.snapshot() as read:
            calls = read.execute(f"SELECT 1 FROM calls WHERE {unclaimed} LIMIT 1").fetchone()
            rows = read.execute(f"SELECT arn FROM executions WHERE {unclaimed}").fetchall()
        if calls is not None:
            with self._writer.transaction() as write:
                write.execute(f"UPDATE calls SET owner = NULL WHERE {unclaimed}")
        return [arn for (arn,) in rows]

    def peers(self) -> Sequence[Peer]:
        return [Peer(*row) for row in self._reader.rows("SELECT id, pid, process, port, beats FROM owners")]

    def enlist(self, port: int | None) -> None:
        with self._writer.transaction() as write:
            write.execute(
                "INSERT INTO owners (id, pid, process, port) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET beats = beats + 1, port = excluded.port",
                (self._id, os.getpid(), identity(os.getpid()) or "", port),
            )
        self._listed = True

    def bury(self, ids: Collection[str]) -> None:
        with self._writer.transaction() as write:
            write.execute(f"DELETE FROM owners WHERE id IN ({_places(ids)})", tuple(ids))

    def _wake_peers(self) -> None:
        # A failure changes nothing about what has been committed: they find it at their next beat.
        with suppress(ServiceException):
            wake([peer.port for peer in self.peers() if peer.id != self._id and peer.port is not None])

    def close(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
        if self._listed:
            self.bury([self._id])
            self._wake_peers()
        self._reader.close()
        self._writer.close()


_HEADER = "start, input, state"
_EXECUTIONS = "executions LEFT JOIN inputs ON inputs.execution = executions.id"
_UPDATE = """
UPDATE executions SET
    status = :status,
    state = :state,
    commits = commits + 1,
    rows = rows + :added,
    checkpoint = coalesce(:checkpoint, checkpoint),
    owner = CASE WHEN :owner IS NULL THEN NULL ELSE coalesce(owner, :owner) END,
    runnable_at = CASE WHEN :runnable_at IS NULL THEN NULL ELSE coalesce(runnable_at, :runnable_at) END,
    due_at = :due_at,
    expires_at = :expires_at,
    unsettled_at = CASE WHEN expires_at IS NULL THEN coalesce(:unsettled_at, unsettled_at) ELSE unsettled_at END
WHERE arn = :arn AND commits = :commits
RETURNING id, rows
"""


def _begin(write: sqlite3.Connection, changes: Changes) -> None:
    execution = changes.execution
    start, parts = execution.start, execution.start.parts
    row = write.execute(
        "INSERT INTO executions (arn, function, version, name, started_at, start, status, state, rows, runnable_at,"
        " due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (function, name) DO NOTHING RETURNING id",
        (
            start.arn,
            parts.function,
            parts.version,
            parts.name,
            epoch_milliseconds(start.started_at),
            codec.start_text(start),
            execution.status,
            codec.state_text(execution),
            len(changes.operations),
            _now() if execution.needs_invocation else None,
            _milliseconds(execution.next_due),
        ),
    ).fetchone()
    if row is None:
        raise NameTaken(start.arn)
    if start.input is not None:
        write.execute("INSERT INTO inputs (execution, input) VALUES (?, ?)", (row[0], start.input))
    _append(write, row[0], len(changes.operations), changes)


def _append(write: sqlite3.Connection, key: int, rows: int, changes: Changes) -> None:
    """Append a transition's operations, of which the last is to be row number `rows`, and its events."""
    first = rows - len(changes.operations) + 1
    write.executemany(
        "INSERT INTO operations (execution, row, id, body) VALUES (?, ?, ?, ?)",
        [(key, row, operation["Id"], encode(operation)) for row, operation in enumerate(changes.operations, first)],
    )
    write.executemany(
        "INSERT INTO events (execution, number, body) VALUES (?, ?, ?)",
        [(key, event["EventId"], encode(event)) for event in changes.events],
    )


def _latest(read: sqlite3.Connection, key: int, rows: int) -> Sequence[Operation]:
    """The operations as of a row, in the order of their first rows."""
    found = read.execute("SELECT id, body FROM operations WHERE execution = ? AND row <= ? ORDER BY row", (key, rows))
    return [decode(body) for body in dict(found).values()]


def _execution(row: Sequence[Any]) -> Execution:
    start, input, state = row
    return codec.execution_of(codec.start_of(start, input), state)


def _conditions(filter: Filter) -> tuple[list[str], list[Any]]:
    wanted = [
        ("function = ?", filter.function),
        ("version = ?", filter.version),
        ("name = ?", filter.name),
        ("started_at > ?", _milliseconds(filter.started_after)),
        ("started_at < ?", _milliseconds(filter.started_before)),
    ]
    conditions = [condition for condition, value in wanted if value is not None]
    values: list[Any] = [value for _, value in wanted if value is not None]
    if filter.statuses:
        conditions.append(f"status IN ({_places(filter.statuses)})")
        values += filter.statuses
    return conditions, values


def _places(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def _milliseconds(moment: datetime | None) -> int | None:
    return epoch_milliseconds(moment) if moment is not None else None


def _now() -> int:
    """For the order in which executions get their turn."""
    return time.time_ns() // 1_000_000
