"""Executions in an SQLite file."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from durable_runtime.service.store.sqlite import SqliteStore


class SQLiteExecutionStore(SqliteStore):
    """A store in the file at `path`, which is made if need be."""

    @classmethod
    def create_and_initialize(cls, db_path: str | Path) -> Self:
        """The same as the constructor."""
        return cls(db_path)
