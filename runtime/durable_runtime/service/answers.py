"""What the engine answers about executions, in the shapes of Lambda's API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from durable_runtime.service.arn import FunctionName
from durable_runtime.service.checkpoints import Checkpoints
from durable_runtime.service.clock import Clock
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger import Execution, without_data
from durable_runtime.service.ledgers import Ledgers
from durable_runtime.service.limits import DEFAULT_PAGE_ITEMS, PAGE_ITEMS
from durable_runtime.service.store.protocol import Filter, Store
from durable_runtime.service.views import ExecutionView, described, listed
from durable_runtime.service.wire import ExecutionStatus


class Answers:
    """The part of an engine that drives nothing: it tells what is stored, and records what handlers say."""

    def __init__(self, ledgers: Ledgers, store: Store, clock: Clock) -> None:
        self._ledgers = ledgers
        self._store = store
        self._clock = clock
        self._checkpoints = Checkpoints(ledgers, store, clock)

    def get(self, arn: str) -> ExecutionView:
        """The execution with all its operations."""
        with self._ledgers.open(arn) as entry:
            return ExecutionView(entry.ledger.execution, tuple(entry.ledger.operations.values()))

    def describe(self, arn: str, *, include_data: bool = True) -> dict[str, Any]:
        """GetDurableExecution's answer. Without data it lacks input, result, error and the reason of a pause."""
        return described(self._header(arn), include_data=include_data)

    def list(
        self,
        function: str | None = None,
        *,
        qualifier: str | None = None,
        name: str | None = None,
        statuses: Collection[ExecutionStatus] = (),
        started_after: datetime | None = None,
        started_before: datetime | None = None,
        max_items: int | None = None,
        marker: str | None = None,
        reverse: bool = False,
    ) -> dict[str, Any]:
        """ListDurableExecutionsByFunction's answer, or that for all functions.

        Args:
            function: name or ARN; None for all functions.
            qualifier: only executions of this version.
            name: only executions of this name.
            statuses: only executions in one of these; all if empty.
            started_after, started_before: only executions started between these moments, both excluded.
            max_items: page size, 1 to 1,000; by default (or 0) 100.
            marker: `NextMarker` of the page before.
            reverse: oldest first; by default the newest come first, as in the API.
        """
        limit = _page_size(max_items)
        parsed = FunctionName.parse(function) if function is not None else None
        version = qualifier or (parsed.qualifier if parsed is not None else None)
        filter = Filter(
            function=parsed.name if parsed is not None else None,
            version=version,
            name=name,
            statuses=statuses,
            started_after=started_after,
            started_before=started_before,
        )
        found = self._store.list(filter, marker or None, limit + 1, reverse=not reverse)
        answer: dict[str, Any] = {"DurableExecutions": [listed(execution) for execution in found[:limit]]}
        if len(found) > limit:
            answer["NextMarker"] = found[limit - 1].arn
        return answer

    def history(
        self,
        arn: str,
        *,
        include_data: bool = True,
        max_items: int | None = None,
        marker: str | None = None,
        reverse: bool = False,
    ) -> dict[str, Any]:
        """GetDurableExecutionHistory's answer.

        Args:
            arn: the execution.
            include_data: with payloads and errors.
            max_items: page size, 1 to 1,000; by default (or 0) 100.
            marker: `NextMarker` of the page before.
            reverse: newest events first.
        """
        limit = _page_size(max_items)
        count = self._header(arn).event_count
        start = _event_number(marker) if marker else (count if reverse else 1)
        events = self._store.events(arn, start, limit, reverse=reverse)
        answer: dict[str, Any] = {"Events": events if include_data else [without_data(event) for event in events]}
        following = start - limit if reverse else start + limit
        if 1 <= following <= count:
            answer["NextMarker"] = str(following)
        return answer

    def state(self, arn: str, token: str, marker: str | None = None, max_items: int | None = None) -> dict[str, Any]:
        """GetDurableExecutionState's answer: a page of the operations that a handler replays.

        Raises:
            InvalidParameterValueException: "Invalid checkpoint token" or marker.
        """
        return self._checkpoints.state(arn, token, marker, max_items)

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        """CheckpointDurableExecution's answer, once the updates are stored durably.

        The last request again, with its token and updates, gets the same answer again.

        Raises:
            InvalidParameterValueException: "Invalid checkpoint token", or what the execution refuses.
        """
        return self._checkpoints.checkpoint(arn, token, updates, client_token)

    def _header(self, arn: str) -> Execution:
        with self._ledgers.open(arn) as entry:
            return entry.ledger.execution


def _page_size(max_items: int | None) -> int:
    if max_items is not None and not 0 <= max_items <= PAGE_ITEMS:
        raise InvalidParameterValueException(f"MaxItems must be between 0 and {PAGE_ITEMS}")
    return max_items or DEFAULT_PAGE_ITEMS


def _event_number(marker: str) -> int:
    if not (marker.isascii() and marker.isdecimal()):
        raise InvalidParameterValueException("Invalid marker")
    return int(marker)
