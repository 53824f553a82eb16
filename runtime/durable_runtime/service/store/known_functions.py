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
            StoreError: executions that are not over began with another target, and would go on with this one.
        """
        stored = self._connection.execute("SELECT target FROM functions WHERE name = ?", (function.name,)).fetchone()
        if stored is not None and stored[0] != str(function.target) and function.name in self.unfinished():
            raise StoreError(
                f"executions of {function.name!r} that are not over began with {stored[0]}, not {function.target}; "
                f"if that is where the function is now, `durable-run resume --function {function.name}="
                f"{function.target}` carries them on; else stop them or use another --store"
            )
        self.move(function, folder)

    def move(self, function: Function, folder: str) -> None:
        """Remember where a function's handler is from now on."""
        row = (function.name, str(function.target), function.durable, folder)
        self._connection.execute("INSERT OR REPLACE INTO functions VALUES (?, ?, ?, ?)", row)

    def unfinished(self) -> set[str]:
        """Names of the functions that have executions which are not over."""
        rows = self._connection.execute(
            "SELECT DISTINCT function FROM executions WHERE status IN ('RUNNING', 'PAUSING', 'PAUSED')"
        )
        return {name for (name,) in rows}

    def __iter__(self) -> Iterator[KnownFunction]:
        for name, target, durable, folder in self._connection.execute("SELECT * FROM functions ORDER BY name"):
            yield KnownFunction(Function(name, target, bool(durable)), folder)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()
