"""A store of which only some executions go on, and those that they invoke."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from durable_runtime.service.store.protocol import Call
from durable_runtime.service.store.sqlite import SqliteStore

_ALL: Final = -1
"""SQLite's limit for no limit."""


class FamilyStore(SqliteStore):
    """A store's file, to an engine that is to carry on some of its executions and nothing else.

    All executions can be looked at, but there is something to do only for the chosen ones and for those that they
    invoke, however deep. The others stay as they are, and age in real time even if the engine's clock is virtual.

    Args:
        path: the file.
        chosen: ARNs of the executions to carry on.
    """

    def __init__(self, path: str | Path, chosen: Collection[str]) -> None:
        super().__init__(path)
        self._belonging = dict.fromkeys(chosen, True)

    def runnable(self, functions: Collection[str], limit: int) -> Sequence[str]:
        return list(islice(self._of_family(super().runnable(functions, _ALL)), limit))

    def calls(self, functions: Collection[str], limit: int) -> Sequence[Call]:
        return list(islice((call for call in super().calls(functions, _ALL) if self._belongs(call.parent_arn)), limit))

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        return list(islice(self._of_family(super().due(now, _ALL)), limit))

    def next_due(self) -> datetime | None:
        first = next(self._of_family(self._arns("due_at IS NOT NULL ORDER BY due_at", (), _ALL)), None)
        execution = self.header(first) if first is not None else None
        return execution.next_due if execution is not None else None

    def expired(self, now: datetime, limit: int) -> Sequence[str]:
        own = self._of_family(super().expired(now, _ALL))
        return list(islice(own, limit)) or super().expired(min(now, datetime.now(UTC)), limit)

    def busy_elsewhere(self) -> bool:
        return any(self._of_family(self._claimed_elsewhere(_ALL)))

    def _of_family(self, arns: Iterable[str]) -> Iterator[str]:
        return filter(self._belongs, arns)

    def _belongs(self, arn: str) -> bool:
        """Whether an execution is a chosen one, or descends from one."""
        line = [arn]
        while (belongs := self._belonging.get(line[-1])) is None:
            execution = self.header(line[-1])
            if execution is None or execution.start.parent is None:
                belongs = False
                break
            line.append(execution.start.parent.arn)
        self._belonging.update(dict.fromkeys(line, belongs))
        return belongs
