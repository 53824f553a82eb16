"""What handlers ask for while they run: to record updates, and to read the state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, cast

from durable_runtime.service.clock import Clock
from durable_runtime.service.ledgers import Entry, Ledgers
from durable_runtime.service.limits import DEFAULT_PAGE_ITEMS
from durable_runtime.service.store.protocol import Checkpoint, Store, Superseded
from durable_runtime.service.wire import Operation, OperationUpdate, public


class Checkpoints:
    """CheckpointDurableExecution and GetDurableExecutionState: the `Service` that hosts give to handlers."""

    def __init__(self, ledgers: Ledgers, store: Store, clock: Clock) -> None:
        self._ledgers = ledgers
        self._store = store
        self._clock = clock

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        """Record a handler's updates durably, and answer with all that changed since it last looked.

        The same request again (the token of the last checkpoint and the same updates) gets the same answer and records
        nothing. `client_token` adds nothing to that, and is not looked at.

        Raises:
            InvalidParameterValueException: "Invalid checkpoint token", or whatever the execution refuses.
            ResourceNotFoundException: there is no such execution.
        """
        fingerprint = blake2b(json.dumps(updates).encode(), digest_size=16).hexdigest()
        while True:
            with self._ledgers.open(arn) as entry:
                last = entry.checkpoint
                if last is not None and last.token == token and last.fingerprint == fingerprint:
                    return self._answer_again(arn, last)
                try:
                    return self._record(entry, token, cast(Sequence[OperationUpdate], updates), fingerprint)
                except Superseded:
                    continue

    def state(self, arn: str, token: str, marker: str | None = None, max_items: int | None = None) -> dict[str, Any]:
        """A page of the operations to replay.

        Raises:
            InvalidParameterValueException: the token is not valid, or the marker is none.
            ResourceNotFoundException: there is no such execution.
        """
        with self._ledgers.open(arn) as entry:
            entry.ledger.check_token(token)
            page = entry.ledger.state_page(marker, max_items or DEFAULT_PAGE_ITEMS)
        answer: dict[str, Any] = {"Operations": page.operations}
        if page.next_marker is not None:
            answer["NextMarker"] = page.next_marker
        return answer

    def _record(self, entry: Entry, token: str, updates: Sequence[OperationUpdate], fingerprint: str) -> dict[str, Any]:
        ledger = entry.ledger
        ledger.check_token(token)
        after = ledger.execution.seen
        changes = ledger.checkpoint(updates, self._clock.now())
        next_token = ledger.checkpoint_token
        rows = entry.rows + len(changes.operations)
        self._ledgers.write(entry, changes, checkpoint=Checkpoint(token, fingerprint, next_token, after, rows))
        return _answer(next_token, ledger.take_unseen())

    def _answer_again(self, arn: str, last: Checkpoint) -> dict[str, Any]:
        if last.next_token is None:
            return _answer(None, [])
        operations = self._store.operations(arn, last.rows)
        news = sorted((each for each in operations if _revision(each) > last.after), key=_revision)
        return _answer(last.next_token, [public(operation) for operation in news])


def _answer(token: str | None, operations: list[Operation]) -> dict[str, Any]:
    answer: dict[str, Any] = {"NewExecutionState": {"Operations": operations}}
    if token is not None:
        answer["CheckpointToken"] = token
    return answer


def _revision(operation: Operation) -> int:
    return operation["_"]["Revision"]
