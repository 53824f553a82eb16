"""Functions that a store remembers, so that executions can be carried on by whoever opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from durable_runtime.service.functions import Function
from durable_runtime.service.store.schema import StoreError, connect


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function as it was registered last."""

    function: Function
    folder: str
    """The folder that was the current one then: where its modules are imported from."""


class KnownFunctions:
    """The functions that a SQLite store remembers.

    Raises:
        StoreError: the file cannot be used as a store.
    """

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)

    def register(self, function: Function, folder: str) -> None:
        """Remember a function by where its handler is.

        Raises:
            StoreError: the name belongs to another target, whose executions would go on with this one.
        """
        row = (function.name, str(function.target), function.durable, folder)
        stored = self._connection.execute("SELECT * FROM functions WHERE name = ?", row[:1]).fetchone()
        if stored is not None and stored[1] != row[1]:
            raise StoreError(
                f"the store knows the function {function.name!r} as {stored[1]}, not as {row[1]}; "
                "use another --store, or delete the old executions' store"
            )
        self._connection.execute("INSERT OR REPLACE INTO functions VALUES (?, ?, ?, ?)", row)

    def __iter__(self) -> Iterator[KnownFunction]:
        for name, target, durable, folder in self._connection.execute("SELECT * FROM functions ORDER BY name"):
            yield KnownFunction(Function(name, target, bool(durable)), folder)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()
