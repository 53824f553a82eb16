"""What every store does, in memory and in SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.ledger import Changes, Ledger, Parent, Start, Target
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Call, Checkpoint, Commit, Filter, NameTaken, Store, Superseded
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.ledger.play import START, at, callback, step, wait

ALL = frozenset({"orders", "other"})


@pytest.fixture(params=["memory", "sqlite"])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same store again, as it is after the one before was closed."""
    opened: list[Store] = [MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "store.db")]

    def again() -> Store:
        opened[-1].close()
        if request.param == "sqlite":
            opened.append(SqliteStore(tmp_path / "store.db"))
        return opened[-1]

    yield again
    opened[-1].close()


@pytest.fixture
def store(reopened: Callable[[], Store]) -> Store:
    return reopened()


class Stored:
    """An execution in a store."""

    def __init__(
        self, store: Store, name: str = "first", function: str = "orders", started: datetime = START, **fields: Any
    ) -> None:
        ids = count(1)
        arn = str(ExecutionArn("eu-central-1", "123456789012", function, "$LATEST", name, f"{name}-id"))
        self.store = store
        self.ledger, self.begun = Ledger.begin(
            Start(arn, started, **fields),
            new_id=lambda: f"{name}-{next(ids)}",
            resolve={"billing": Target("billing", "7", durable=True), "echo": Target("echo", "1", False)}.get,
        )
        self.arn = arn
        self.version = 1
        store.begin(self.begun)

    def commit(self, changes: Changes | None, **fields: Any) -> Changes:
        assert changes is not None
        self.store.commit(Commit(self.version, changes, **fields))
        self.version += 1
        return changes

    def invoked(self) -> None:
        self.commit(self.ledger.invocation_started(at(1), "request-1"))

    def checkpoint(self, *updates: Any, **fields: Any) -> Changes:
        return self.commit(self.ledger.checkpoint(updates, at(2)), **fields)

    def ended(self) -> None:
        self.invoked()
        self.commit(self.ledger.invocation_completed(at(3), {"Status": "SUCCEEDED", "Result": "1"}))


def test_gives_back_what_was_stored(reopened: Callable[[], Store]) -> None:
    execution = Stored(
        reopened(),
        input='{"ä": "\\u0000"}',
        execution_timeout=60,
        retention_days=3,
        tenant_id="t",
        trace_header="Root=1",
        parent=Parent("arn:of:parent", "op"),
    )
    execution.invoked()
    checkpoint = Checkpoint("token", "fingerprint", "next", 1, 4)
    execution.checkpoint(step("a"), step("a", "SUCCEED", Payload="ß"), wait("w", 5), checkpoint=checkpoint)
    execution.checkpoint(callback("c", 30, 10))
    execution.commit(execution.ledger.pause(at(3), reason="why", client_token="ct"))

    snapshot = reopened().load(execution.arn)
    assert snapshot is not None
    assert snapshot.execution == execution.ledger.execution
    assert list(snapshot.operations) == list(execution.ledger.operations.values())
    assert (snapshot.version, snapshot.rows, snapshot.checkpoint) == (5, 4, checkpoint)


def test_gives_back_an_end(reopened: Callable[[], Store]) -> None:
    execution = Stored(reopened())
    execution.invoked()
    error = {"ErrorMessage": "m", "ErrorType": "t", "StackTrace": ["a", "b"]}
    execution.commit(execution.ledger.invocation_failed(at(2), error, at(7)))
    execution.commit(execution.ledger.fail(at(3), error))
    store = reopened()
    assert store.header(execution.arn) == execution.ledger.execution
    assert store.find("orders", "first") == execution.ledger.execution


def test_knows_nothing_of_what_was_never_stored(store: Store) -> None:
    assert store.load("arn") is None
    assert store.header("arn") is None
    assert store.find("orders", "first") is None
    assert store.version("arn") == 0
    assert list(store.events("arn", 1, 10)) == []


def test_a_name_is_taken_once_for_each_function(store: Store) -> None:
    Stored(store, "first", "orders")
    Stored(store, "first", "other")
    with pytest.raises(NameTaken):
        Stored(store, "first", "orders")


def test_refuses_a_transition_from_an_outdated_ledger(store: Store) -> None:
    execution = Stored(store)
    execution.invoked()
    events = list(store.events(execution.arn, 1, 10))
    with pytest.raises(Superseded):
        store.commit(Commit(1, execution.ledger.checkpoint([step("a")], at(2))))
    snapshot = store.load(execution.arn)
    assert snapshot is not None
    assert (snapshot.version, snapshot.rows) == (2, 1)
    assert list(store.events(execution.arn, 1, 10)) == events


def test_stores_nothing_of_a_commit_whose_child_cannot_begin(store: Store) -> None:
    parent = Stored(store, "parent")
    child = Stored(store, "child", "other")
    parent.invoked()
    changes = parent.ledger.checkpoint([step("a")], at(2))
    with pytest.raises(NameTaken):
        store.commit(Commit(parent.version, changes, begun=[child.begun]))
    assert store.version(parent.arn) == parent.version


def test_remembers_operations_as_they_were(store: Store) -> None:
    execution = Stored(store)
    execution.invoked()
    execution.checkpoint(step("a"), step("b"))
    rows = store.load(execution.arn).rows  # type: ignore[union-attr]
    execution.checkpoint(step("a", "SUCCEED", Payload="1"), step("c"))
    then = {operation["Id"]: operation["Status"] for operation in store.operations(execution.arn, rows)}
    assert then == {"first-id": "STARTED", "a": "STARTED", "b": "STARTED"}


def test_pages_through_events_in_both_directions(store: Store) -> None:
    execution = Stored(store)
    execution.invoked()
    execution.checkpoint(*(step(name) for name in "abcde"))
    numbers = [event["EventId"] for event in store.events(execution.arn, 1, 100)]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert [event["EventId"] for event in store.events(execution.arn, 2, 3)] == [2, 3, 4]
    assert [event["EventId"] for event in store.events(execution.arn, 5, 3, reverse=True)] == [5, 4, 3]
    assert [event["EventId"] for event in store.events(execution.arn, 2, 3, reverse=True)] == [2, 1]
    assert list(store.events(execution.arn, 7, 3)) == []


def test_lists_what_is_to_be_invoked(store: Store) -> None:
    first, second = Stored(store, "first"), Stored(store, "second")
    other = Stored(store, "first", "other")
    assert set(store.runnable(ALL, 10)) == {first.arn, second.arn, other.arn}
    assert set(store.runnable({"other"}, 10)) == {other.arn}
    assert len(store.runnable(ALL, 2)) == 2
    first.invoked()
    assert set(store.runnable({"orders"}, 10)) == {second.arn}


def test_lists_timers_by_their_time(store: Store) -> None:
    late, soon = Stored(store, "late"), Stored(store, "soon")
    for execution, seconds in ((late, 50), (soon, 20)):
        execution.invoked()
        execution.checkpoint(wait("w", seconds))
    assert store.next_due() == at(22)
    assert list(store.due(at(21), 10)) == []
    assert list(store.due(at(22), 10)) == [soon.arn]
    assert list(store.due(at(60), 10)) == [soon.arn, late.arn]
    assert list(store.due(at(60), 1)) == [soon.arn]
    soon.commit(soon.ledger.due(at(22)))
    assert store.next_due() == at(52)


def test_lists_executions_whose_retention_is_over(store: Store) -> None:
    execution = Stored(store, retention_days=2)
    assert store.next_expiry() is None
    execution.ended()
    end = at(3) + timedelta(days=2)
    assert store.next_expiry() == end
    assert list(store.expired(end - timedelta(seconds=1), 10)) == []
    assert list(store.expired(end, 10)) == [execution.arn]


def test_deletes_an_execution_altogether(store: Store) -> None:
    execution = Stored(store)
    execution.ended()
    store.delete(execution.arn)
    assert store.load(execution.arn) is None
    assert store.next_expiry() is None
    assert store.next_due() is None
    assert list(store.list(Filter(), None, 10)) == []
    with pytest.raises(Superseded):
        execution.commit(execution.ledger.delete())
    Stored(store)
    assert [event["EventType"] for event in store.events(execution.arn, 1, 10)] == ["ExecutionStarted"]


def test_lists_executions_by_what_is_asked_for(store: Store) -> None:
    first = Stored(store, "first", started=at(1))
    second = Stored(store, "second", started=at(2))
    other = Stored(store, "first", "other", started=at(3))
    second.ended()

    def names(filter: Filter, after: str | None = None, limit: int = 10, reverse: bool = False) -> list[str]:
        return [each.arn for each in store.list(filter, after, limit, reverse=reverse)]

    assert names(Filter()) == [first.arn, second.arn, other.arn]
    assert names(Filter(), reverse=True) == [other.arn, second.arn, first.arn]
    assert names(Filter(function="orders")) == [first.arn, second.arn]
    assert names(Filter(name="first")) == [first.arn, other.arn]
    assert names(Filter(version="7")) == []
    assert names(Filter(statuses=["SUCCEEDED", "FAILED"])) == [second.arn]
    assert names(Filter(started_after=at(1), started_before=at(3))) == [second.arn]
    assert names(Filter(), limit=2) == [first.arn, second.arn]
    assert names(Filter(), after=second.arn) == [other.arn]
    assert names(Filter(), after=second.arn, reverse=True) == [first.arn]


def test_an_end_is_unsettled_until_it_is_told(store: Store) -> None:
    child = Stored(store, "child", parent=Parent("arn:of:parent", "op"))
    alone = Stored(store, "alone")
    child.ended()
    alone.ended()
    assert list(store.unsettled(10)) == [child.arn]
    store.settled(child.arn)
    assert list(store.unsettled(10)) == []
    child.commit(child.ledger.delete())
    assert list(store.unsettled(10)) == []


def test_a_call_is_made_by_whoever_claims_it_first(reopened: Callable[[], Store]) -> None:
    store = reopened()
    parent = Stored(store, "parent")
    parent.invoked()
    calls = [Call(parent.arn, name, "echo", None, "{}", None) for name in ("a", "b", "c")]
    parent.checkpoint(step("x"), calls=calls)
    assert list(store.calls({"echo"}, 10)) == calls
    assert list(store.calls({"other"}, 10)) == []
    assert store.claim(calls[0])
    assert not store.claim(calls[0])
    assert list(store.calls({"echo"}, 10)) == calls[1:]
    parent.checkpoint(step("y"), called="a")
    store.drop(calls[1])
    assert not store.claim(calls[1])
    assert store.claim(calls[2])

    store = reopened()
    store.abandoned()
    assert list(store.calls({"echo"}, 10)) == [calls[2]]


def test_claims_end_with_the_invocation_or_the_store(reopened: Callable[[], Store]) -> None:
    store = reopened()
    running, done = Stored(store, "running"), Stored(store, "done")
    for execution in (running, done):
        execution.invoked()
    done.commit(done.ledger.invocation_completed(at(2), {"Status": "SUCCEEDED"}))
    assert list(store.abandoned()) == []
    assert not store.busy_elsewhere()
    store = reopened()
    assert list(store.abandoned()) == [running.arn]
