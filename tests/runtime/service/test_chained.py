"""Chained invokes of functions of the same engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from durable_runtime import DurableContext, durable_execution
from durable_runtime.config import Duration, InvokeConfig
from durable_runtime.exceptions import InvokeError
from durable_runtime.service.errors import ServiceException
from durable_runtime.service.ledger import Changes
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Store
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import PATIENCE, ManualHost, engine, event_types, started


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "store.db")  # type: ignore[return-value]


@durable_execution
def parent(event: dict[str, Any], context: DurableContext) -> Any:
    """Invokes what it is told to; answers with the result or the error."""
    try:
        config = InvokeConfig(tenant_id=event.get("tenant"))
        return context.invoke(event["function"], event.get("payload"), name="child", config=config)
    except InvokeError as error:
        return {"type": error.error_type, "message": error.message}


@durable_execution
def child(event: Any, context: DurableContext) -> Any:
    context.wait(Duration.from_minutes(5))
    if event == "fail":
        raise ValueError("as asked")
    return {"got": event}


@durable_execution
def nested(event: int, context: DurableContext) -> int:
    return 0 if event == 0 else 1 + context.invoke("nested", event - 1)


def double(event: Any, context: Any) -> Any:
    if event == "raise":
        raise KeyError("as asked")
    if event == "exit":
        raise SystemExit(7)
    if event == "large":
        return "x" * 2_000_000
    if event == "unserializable":
        return {1, 2}
    return {"double": event * 2, "tenant": context.tenant_id, "arn": context.invoked_function_arn}


def run(store: Store, payload: dict[str, Any], function: str = "parent") -> Any:
    with engine(parent, child, nested, plain=(double,), store=store) as running:
        view = running.run(running.start(function, json.dumps(payload)), timeout=PATIENCE)
        assert view.status == "SUCCEEDED", view.error
        return json.loads(view.result or "null")


def test_runs_a_durable_function_as_an_execution_of_its_own(store: Store) -> None:
    with engine(parent, child, store=store) as running:
        arn = running.start("parent", '{"function": "child", "payload": 7, "tenant": "t"}')
        assert json.loads(running.run(arn, timeout=PATIENCE).result or "") == {"got": 7}
        (listed,) = running.list("child")["DurableExecutions"]
        view = running.get(listed["DurableExecutionArn"])
        assert (view.status, view.input, view.execution.start.tenant_id) == ("SUCCEEDED", "7", "t")
        assert view.execution.start.parent is not None
        assert view.execution.start.parent.arn == arn
        details = [e.get("ChainedInvokeStartedDetails") for e in running.history(arn)["Events"]]
        assert [detail["DurableExecutionArn"] for detail in details if detail] == [view.arn]


def test_calls_a_plain_function_once(store: Store) -> None:
    assert run(store, {"function": "double:live", "payload": 4, "tenant": "t"}) == {
        "double": 8,
        "tenant": "t",
        "arn": "arn:aws:lambda:us-west-2:123456789012:function:double:live",
    }


@pytest.mark.parametrize(
    ("function", "payload", "error"),
    [
        ("double", "raise", {"type": "KeyError", "message": "'as asked'"}),
        ("double", "exit", {"type": "Runtime.ExitError", "message": "Runtime exited with error: exit status 7"}),
        (
            "double",
            "unserializable",
            {
                "type": "Runtime.MarshalError",
                "message": "Unable to marshal response: Object of type set is not JSON serializable",
            },
        ),
        ("child", "fail", {"type": "ValueError", "message": "as asked"}),
    ],
)
def test_reports_how_a_function_failed(store: Store, function: str, payload: str, error: dict[str, str]) -> None:
    assert run(store, {"function": function, "payload": payload}) == error


def test_refuses_a_result_that_is_too_large(store: Store) -> None:
    error = run(store, {"function": "double", "payload": "large"})
    assert error["message"] == "CHAINED_INVOKE output payload size must be less than or equal to 1048576 bytes."


def test_an_unknown_function_fails_the_invoke(store: Store) -> None:
    error = run(store, {"function": "nope"})
    assert error["type"] == "ResourceNotFoundException"
    assert "Function not found" in error["message"]


def test_nests_as_deep_as_one_likes(store: Store) -> None:
    assert run(store, 12, "nested") == 12  # type: ignore[arg-type]


def test_a_child_s_timeout_is_the_invoke_s(store: Store) -> None:
    with engine(parent, store=store) as running:
        running._functions.register("child", child, execution_timeout=60)
        arn = running.start("parent", '{"function": "child"}')
        assert json.loads(running.run(arn, timeout=PATIENCE).result or "") == {
            "type": "ChainedInvoke.Timeout",
            "message": "CHAINED_INVOKE timed out after 60 seconds.",
        }


def test_stopping_a_child_fails_the_invoke(store: Store) -> None:
    with engine(parent, child, store=store) as running:
        arn = running.start("parent", '{"function": "child"}')
        running.wait_for(arn, lambda view: len(running.list("child")["DurableExecutions"]) == 1, timeout=PATIENCE)
        running.stop(running.list("child")["DurableExecutions"][0]["DurableExecutionArn"], {"ErrorMessage": "enough"})
        result = json.loads(running.run(arn, timeout=PATIENCE).result or "")
        assert result["message"] == "enough"
        assert "ChainedInvokeStopped" in event_types(running, arn)


def test_stopping_a_parent_stops_its_children(store: Store) -> None:
    with engine(parent, child, store=store) as running:
        arn = running.start("parent", '{"function": "child"}')
        running.wait_for(arn, lambda view: len(running.list("child")["DurableExecutions"]) == 1, timeout=PATIENCE)
        running.stop(arn, {"ErrorMessage": "enough"})
        listed = running.list("child")["DurableExecutions"][0]
        assert listed["Status"] == "STOPPED"
        assert running.describe(listed["DurableExecutionArn"])["Error"] == {"ErrorMessage": "enough"}


def test_a_plain_function_whose_process_ends_is_called_again(tmp_path: Path) -> None:
    host = ManualHost()
    with engine(parent, plain=(double,), store=SqliteStore(tmp_path / "store.db"), host=host) as first:
        handler = started(first, host, "parent")
        handler.checkpoint(
            {
                "Id": "i",
                "Type": "CHAINED_INVOKE",
                "Action": "START",
                "Payload": "4",
                "ChainedInvokeOptions": {"FunctionName": "double"},
            }
        )
        handler.end()
        host.invoke = lambda *invocation: calls.append(invocation)  # type: ignore[method-assign, assignment]
        calls: list[Any] = []
        first.wait_for(handler.arn, lambda view: len(calls) == 1, timeout=PATIENCE)
    with engine(parent, plain=(double,), store=SqliteStore(tmp_path / "store.db")) as second:
        second.wait_for(
            handler.arn, lambda view: "ChainedInvokeSucceeded" in event_types(second, view.arn), timeout=PATIENCE
        )


def test_a_call_ends_with_the_engine() -> None:
    host = ManualHost()
    errors: list[Exception] = []
    begun = threading.Event()
    host.invoke = lambda *invocation: begun.set()  # type: ignore[method-assign]
    with engine(plain=(double,), host=host) as running:

        def call() -> None:
            try:
                running.call("double", "4")
            except ServiceException as error:
                errors.append(error)

        caller = threading.Thread(target=call)
        caller.start()
        assert begun.wait(PATIENCE)
    caller.join(PATIENCE)
    assert [str(error) for error in errors] == ["The engine has been closed"]


def test_an_end_is_told_to_the_parent_after_a_crash(tmp_path: Path) -> None:
    """The process is gone after the child's end was stored, and before the parent knew."""
    store = SqliteStore(tmp_path / "store.db")
    ended: list[str] = []

    def note(changes: Changes) -> None:
        if changes.execution.ended and changes.execution.start.parts.function == "child":
            ended.append(changes.execution.arn)

    with engine(parent, child, store=store) as first:
        arn = first.start("parent", '{"function": "child", "payload": 1}')
        first.subscribe(note)
        first._chained.settle = lambda: False  # type: ignore[method-assign]
        first.wait_for(arn, lambda view: bool(ended), timeout=PATIENCE)
        assert first.get(arn).status == "RUNNING"
    with engine(parent, child, store=SqliteStore(tmp_path / "store.db")) as second:
        assert second.run(arn, timeout=PATIENCE).result == '{"got": 1}'


def test_children_begin_before_they_do_anything_else() -> None:
    heard: list[Changes] = []
    with engine(parent, child) as running:
        running.subscribe(heard.append)
        running.run(running.start("parent", '{"function": "child"}'), timeout=PATIENCE)
    of_child = [change for change in heard if change.execution.start.parts.function == "child"]
    assert of_child[0].events[0]["EventType"] == "ExecutionStarted"
    assert [event["EventId"] for change in of_child for event in change.events] == list(
        range(1, of_child[-1].execution.event_count + 1)
    )
    assert of_child[-1].execution.ended_at is not None
    assert of_child[-1].execution.ended_at - of_child[0].execution.start.started_at >= timedelta(minutes=5)
