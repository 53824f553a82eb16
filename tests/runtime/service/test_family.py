"""Some executions go on, the others in the same file stay where they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from durable_runtime import DurableContext, durable_execution
from durable_runtime.config import Duration
from durable_runtime.service.clock import RealClock, VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.store.family import FamilyStore
from durable_runtime.service.store.sqlite import SqliteStore
from durable_runtime.service.views import ExecutionView

from tests.runtime.service.engines import PATIENCE, engine

RAN: list[str] = []


@durable_execution
def waits(event: str, context: DurableContext) -> str:
    RAN.append(event)
    context.wait(Duration.from_days(3), name="three_days")
    return event


@durable_execution
def asks(event: Any, context: DurableContext) -> Any:
    return context.wait_for_callback(lambda callback_id, _: None, name="approval")


@durable_execution
def invokes(event: list[str], context: DurableContext) -> Any:
    """Invokes itself until the last two names, of which it passes one each to `waits` and `doubles`."""
    if len(event) > 2:
        return context.invoke("invokes", event[1:], name="deeper")
    return [context.invoke("waits", event[0], name="child"), context.invoke("doubles", event[1], name="call")]


def doubles(event: str, context: Any) -> str:
    return event * 2


FUNCTIONS = (waits, asks, invokes)


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    RAN.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def begun(path: Path, *starts: tuple[str, str], **options: Any) -> list[str]:
    """Executions in a store, begun by an engine that drives none."""
    with engine(*FUNCTIONS, plain=(doubles,), store=SqliteStore(path), clock=RealClock()) as starting:
        return [starting.start(function, payload, **options) for function, payload in starts]


def whole(path: Path, **options: Any) -> Any:
    return engine(*FUNCTIONS, plain=(doubles,), store=SqliteStore(path), **options)


def family(path: Path, *chosen: str, **options: Any) -> Any:
    return engine(*FUNCTIONS, plain=(doubles,), store=FamilyStore(path, chosen), **options)


def has_callback(view: ExecutionView) -> bool:
    return any(operation["Type"] == "CALLBACK" for operation in view.operations)


def end_of(driven: Engine, arn: str) -> str:
    return driven.run(arn, timeout=PATIENCE).status


def test_only_the_chosen_execution_goes_on(path: Path) -> None:
    one, other = begun(path, ("waits", '"one"'), ("waits", '"other"'))
    with family(path, other) as driven:
        assert end_of(driven, other) == "SUCCEEDED"
        assert driven.run_until_idle(timeout=PATIENCE)
        assert driven.get(one).status == "RUNNING"
    assert set(RAN) == {"other"}
    with whole(path) as driven:
        assert end_of(driven, one) == "SUCCEEDED"


def test_virtual_time_is_not_that_of_others(path: Path) -> None:
    (asking,) = begun(path, ("asks", "null"), execution_timeout=3600)
    with whole(path, clock=RealClock()) as driven:
        driven.wait_for(asking, has_callback, timeout=PATIENCE)
    (waiting,) = begun(path, ("waits", '"w"'))
    with family(path, waiting) as driven:
        assert end_of(driven, waiting) == "SUCCEEDED"
        assert driven.get(asking).status == "RUNNING"


def test_those_that_it_invokes_go_on_however_deep(path: Path) -> None:
    other, calling = begun(path, ("invokes", '["other", "b"]'), ("invokes", '["x", "x", "x", "mine", "ab"]'))
    with family(path, calling) as driven:
        view = driven.run(calling, timeout=PATIENCE)
        assert (view.status, view.result) == ("SUCCEEDED", '["mine", "abab"]')
        assert driven.get(other).status == "RUNNING"
    assert set(RAN) == {"mine"}


def test_a_child_may_be_chosen_without_its_parent(path: Path) -> None:
    (calling,) = begun(path, ("invokes", '["child", "b"]'))
    with whole(path, clock=RealClock()) as driven:
        driven.wait_for(calling, lambda _: "child" in RAN, timeout=PATIENCE)
        child = next(item["DurableExecutionArn"] for item in driven.list(function="waits")["DurableExecutions"])
    with family(path, child) as driven:
        assert end_of(driven, child) == "SUCCEEDED"
        assert driven.get(calling).status == "RUNNING"
    with family(path, calling) as driven:
        assert driven.run(calling, timeout=PATIENCE).result == '["child", "bb"]'


def test_does_not_wait_for_what_others_do_elsewhere(path: Path) -> None:
    asking, busy = begun(path, ("asks", "null"), ("waits", '"busy"'))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE executions SET owner = 'somebody', runnable_at = NULL WHERE arn = ?", (busy,))
    with family(path, asking) as driven:
        assert driven.run_until_idle(timeout=PATIENCE)
        assert driven.get(asking).status == "RUNNING"


def test_what_has_ended_is_kept_by_its_own_time(path: Path) -> None:
    old, ended, waiting = begun(path, ("waits", '"old"'), ("waits", '"ended"'), ("waits", '"w"'), retention_days=1)
    with whole(path, clock=VirtualClock()) as driven:
        for arn in (old, ended):
            driven.stop(arn)
    day = timedelta(days=1) // timedelta(milliseconds=1)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE executions SET expires_at = expires_at - 2 * ? WHERE arn = ?", (day, old))
    with family(path, waiting) as driven:
        assert end_of(driven, waiting) == "SUCCEEDED"
        assert driven.run_until_idle(timeout=PATIENCE)
        left = {item["DurableExecutionArn"] for item in driven.list()["DurableExecutions"]}
    assert left == {ended, waiting}


def test_calls_of_others_are_not_made(path: Path) -> None:
    _, calling = begun(path, ("waits", '"other"'), ("invokes", '["mine", "b"]'))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO calls (execution, operation, function, payload) VALUES (1, 'call', 'doubles', '2')")
    with family(path, calling) as driven:
        assert end_of(driven, calling) == "SUCCEEDED"
        assert driven.run_until_idle(timeout=PATIENCE)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT execution, operation, owner FROM calls").fetchall() == [(1, "call", None)]
