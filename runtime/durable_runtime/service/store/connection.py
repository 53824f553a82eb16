"""Connections to the SQLite file that threads may share."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from durable_runtime.service.errors import ServiceException


class Connection:
    """One connection, for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes: all or nothing, and on the disk when this ends without an exception.

        Raises:
            ServiceException: the file cannot be written.
        """
        with self._lock, _translated():
            yield from self._within("BEGIN IMMEDIATE")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A transaction that reads: all of it sees the same state.

        Raises:
            ServiceException: the file cannot be read.
        """
        with self._lock, _translated():
            yield from self._within("BEGIN")

    def _within(self, begin: str) -> Iterator[sqlite3.Connection]:
        self._connection.execute(begin)
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """What one query finds.

        Raises:
            ServiceException: the file cannot be read.
        """
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _failure(error) from error

    def close(self) -> None:
        """Close it once no thread uses it."""
        with self._lock:
            self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(error) from error


def _failure(error: sqlite3.Error) -> ServiceException:
    return ServiceException(f"The store failed: {error}")
