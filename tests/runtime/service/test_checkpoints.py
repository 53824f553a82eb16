"""Checkpoints: the same request again, outdated tokens, and what survives a crash between commit and answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service import ledgers
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Store
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import ManualHost, ManualInvocation, engine, event_types, started, step, wait


def handler(event: Any, context: Any) -> None:
    """Played by the test."""


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    if request.param == "memory":
        store = MemoryStore()
        return lambda: store
    return lambda: SqliteStore(tmp_path / "store.db")


@pytest.fixture
def running(open_store: Callable[[], Store]) -> Iterator[Engine]:
    host = ManualHost()
    with engine(handler, store=open_store(), host=host) as made:
        made.host = host  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def played(running: Engine) -> ManualInvocation:
    return started(running, running.host, "handler")  # type: ignore[attr-defined]


def statuses(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(operation["Id"], operation["Status"]) for operation in answer["NewExecutionState"]["Operations"]]


def test_the_same_checkpoint_again_gets_the_same_answer(running: Engine, played: ManualInvocation) -> None:
    token = played.token or ""
    updates = [step("a", "START"), step("a", "SUCCEED", Payload="1"), wait("w", 60)]
    answer = played.checkpoint(*updates)
    events = event_types(running, played.arn)
    assert statuses(answer) == [("a", "SUCCEEDED"), ("w", "STARTED")]
    assert running.checkpoint(played.arn, token, updates, "client-token") == answer
    assert event_types(running, played.arn) == events
    assert statuses(played.checkpoint(step("b", "START"))) == [("b", "STARTED")]


def test_what_happened_since_is_not_in_the_repeated_answer(running: Engine, played: ManualInvocation) -> None:
    played.checkpoint(step("a", "START"))
    token = played.token or ""
    updates = [{"Id": "c", "Type": "CALLBACK", "SubType": "Callback", "Action": "START"}]
    answer = played.checkpoint(*updates)
    callback = answer["NewExecutionState"]["Operations"][0]["CallbackDetails"]["CallbackId"]
    running.callback_succeed(callback, "1")
    assert running.checkpoint(played.arn, token, updates) == answer
    assert statuses(played.checkpoint(step("a", "SUCCEED"))) == [("c", "SUCCEEDED"), ("a", "SUCCEEDED")]


def test_other_updates_with_a_used_token_are_refused(running: Engine, played: ManualInvocation) -> None:
    token = played.token or ""
    played.checkpoint(step("a", "START"))
    with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
        running.checkpoint(played.arn, token, [step("b", "START")])
    assert [operation["Id"] for operation in running.get(played.arn).operations[1:]] == ["a"]


def test_an_older_token_is_refused_with_the_same_updates_too(running: Engine, played: ManualInvocation) -> None:
    token = played.token or ""
    played.checkpoint(step("a", "START"))
    played.checkpoint(step("b", "START"))
    with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
        running.checkpoint(played.arn, token, [step("a", "START")])


def test_a_token_is_good_for_its_own_execution_only(running: Engine, played: ManualInvocation) -> None:
    other = started(running, running.host, "handler")  # type: ignore[attr-defined]
    with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
        running.checkpoint(played.arn, other.token or "", [])


def test_the_end_of_an_execution_is_answered_again(running: Engine, played: ManualInvocation) -> None:
    token = played.token or ""
    ends = [{"Id": "end", "Type": "EXECUTION", "Action": "SUCCEED", "Payload": "1"}]
    answer = played.checkpoint(*ends)
    assert answer == {"NewExecutionState": {"Operations": []}}
    assert running.checkpoint(played.arn, token, ends) == answer
    played.end('{"Status": "SUCCEEDED", "Result": ""}')
    assert running.get(played.arn).result == "1"


def test_a_refused_checkpoint_leaves_token_and_operations_alone(running: Engine, played: ManualInvocation) -> None:
    token = played.token or ""
    with pytest.raises(InvalidParameterValueException):
        running.checkpoint(played.arn, token, [step("a", "START"), step("b", "RETRY")])
    assert len(running.get(played.arn).operations) == 1
    assert statuses(played.checkpoint(step("a", "START"))) == [("a", "STARTED")]


def test_another_process_gives_the_same_answer(tmp_path: Path) -> None:
    """As after a crash between the commit and the answer, with a handler that lives elsewhere."""
    host = ManualHost()
    with engine(handler, store=SqliteStore(tmp_path / "store.db"), host=host) as first:
        played = started(first, host, "handler")
        played.checkpoint(step("a", "START"), step("b", "START"))
        token = played.token or ""
        updates = [step("b", "SUCCEED", Payload='"ü"'), wait("w", 5)]
        answer = played.checkpoint(*updates)
        with engine(handler, store=SqliteStore(tmp_path / "store.db"), host=host) as second:
            assert second.checkpoint(played.arn, token, updates) == answer
            token = answer["CheckpointToken"]
            further = second.checkpoint(played.arn, token, [step("a", "SUCCEED")])
        assert statuses(further) == [("a", "SUCCEEDED")]
        played.token = further["CheckpointToken"]
        assert statuses(played.checkpoint(step("c", "START"))) == [("c", "STARTED")]


def test_ledgers_are_loaded_again_when_they_have_been_dropped(
    open_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "CACHED_BYTES", 1)
    host = ManualHost()
    with engine(handler, store=open_store(), host=host) as running:
        played = [started(running, host, "handler") for _ in range(3)]
        for name in "abc":
            for each in played:
                each.checkpoint(step(name, "START"), step(name, "SUCCEED", Payload="1"))
        for each in played:
            each.end('{"Status": "SUCCEEDED", "Result": "1"}')
            view = running.get(each.arn)
            assert view.status == "SUCCEEDED"
            assert [operation["Id"] for operation in view.operations[1:]] == ["a", "b", "c"]
