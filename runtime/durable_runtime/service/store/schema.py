"""The SQLite file: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

APPLICATION: Final = 0x44_75_72_52
"""Marks the file as ours (`PRAGMA application_id`): "DurR"."""
VERSION: Final = 1
"""Of the tables (`PRAGMA user_version`)."""

BUSY_SECONDS: Final = 30.0
"""How long a statement waits for another process that writes."""

_TABLES: Final = """
CREATE TABLE executions (
    id INTEGER PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    function TEXT NOT NULL,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    start TEXT NOT NULL,
    status TEXT NOT NULL,
    state TEXT NOT NULL,
    commits INTEGER NOT NULL DEFAULT 1,
    rows INTEGER NOT NULL,
    checkpoint TEXT,
    owner TEXT,
    runnable_at INTEGER,
    due_at INTEGER,
    expires_at INTEGER,
    unsettled_at INTEGER,
    UNIQUE (function, name)
);
CREATE INDEX executions_started ON executions (started_at);
CREATE INDEX executions_of_function ON executions (function, started_at);
CREATE INDEX executions_of_status ON executions (status, started_at);
CREATE INDEX executions_owned ON executions (owner) WHERE owner IS NOT NULL;
CREATE INDEX executions_runnable ON executions (runnable_at) WHERE runnable_at IS NOT NULL;
CREATE INDEX executions_due ON executions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX executions_expiring ON executions (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX executions_unsettled ON executions (unsettled_at) WHERE unsettled_at IS NOT NULL;

-- Apart from the header, which is written again with every commit.
CREATE TABLE inputs (execution INTEGER PRIMARY KEY, input TEXT NOT NULL);

-- Only ever appended to: one row for each operation that a commit changes.
CREATE TABLE operations (
    execution INTEGER NOT NULL,
    row INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (execution, row)
) WITHOUT ROWID;

CREATE TABLE events (
    execution INTEGER NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (execution, number)
) WITHOUT ROWID;

CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL,
    operation TEXT NOT NULL,
    function TEXT NOT NULL,
    qualifier TEXT,
    payload TEXT,
    tenant TEXT,
    owner TEXT,
    UNIQUE (execution, operation)
);

-- Where the handlers of functions are, for commands that carry executions on.
CREATE TABLE functions (
    name TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    durable INTEGER NOT NULL,
    folder TEXT NOT NULL
);

-- The store objects that may hold claims.
CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    process TEXT NOT NULL,
    port INTEGER,
    beats INTEGER NOT NULL DEFAULT 0
);
"""


class StoreError(Exception):
    """The file cannot be used as a store; the message says why and what to do."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, which is made if there is none, for use by any thread and other processes besides.

    Raises:
        StoreError: it cannot be opened, is something else, or was written by a newer version.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error
    try:
        _prepare(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(f"{path} cannot be used as a store: {error}; name another file") from error
    except StoreError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    _check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit is on the disk when it returns: what has been acknowledged survives a crash of the machine, too.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _check(connection, path):
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _check(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether our tables are there; False if the file is empty."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        if application or version or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise StoreError(f"{path} is a database of another program; name another file")
        return False
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer version of durable-runtime (schema {version}, this one knows {VERSION}); "
            "update durable-runtime or name another file"
        )
    return True
