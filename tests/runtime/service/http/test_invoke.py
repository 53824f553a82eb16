"""Invoke, as boto3 asks for it."""

from __future__ import annotations

import json
import queue
import threading
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.clock import RealClock
from durable_runtime.service.http import invoke
from durable_runtime.service.http.server import THREADS
from durable_runtime.service.ledger import Changes
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import PATIENCE, ManualHost, engine
from tests.runtime.service.http.served import HOST, Served, at_once, callback_of, client_of, echo, patient, serve


def invoked(served: Served, function: str, payload: Any = None, **parameters: Any) -> tuple[dict[str, Any], Any]:
    """The answer, and what its payload says."""
    if payload is not None:
        parameters["Payload"] = json.dumps(payload)
    answer = served.ask("Invoke", FunctionName=function, **parameters)
    text = answer.pop("Payload").read()
    return answer, json.loads(text) if text else None


def starts(served: Served) -> queue.SimpleQueue[str]:
    """The ARNs of executions that begin from now on."""
    arns: queue.SimpleQueue[str] = queue.SimpleQueue()

    def heard(changes: Changes) -> None:
        if any(event["EventType"] == "ExecutionStarted" for event in changes.events):
            arns.put(changes.execution.arn)

    served.engine.subscribe(heard)
    return arns


def test_waits_for_the_result_of_an_execution(served: Served) -> None:
    answer, result = invoked(served, "orders", {"amount": 5}, DurableExecutionName="waited")
    assert result == 5
    assert (answer["StatusCode"], answer["ExecutedVersion"], "FunctionError" in answer) == (200, "$LATEST", False)
    assert served.ask("GetDurableExecution", DurableExecutionArn=answer["DurableExecutionArn"])["Result"] == "5"
    again, result = invoked(served, "orders", {"amount": 5}, DurableExecutionName="waited")
    assert (again, result) == (answer, 5)


def test_another_payload_under_the_same_name_is_a_conflict(served: Served) -> None:
    invoked(served, "orders", {"amount": 1}, DurableExecutionName="taken", InvocationType="Event")
    parameters = {"FunctionName": "orders", "Payload": '{"amount": 2}', "DurableExecutionName": "taken"}
    with pytest.raises(served.client.exceptions.DurableExecutionAlreadyStartedException) as raised:
        served.client.invoke(**parameters)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert raised.value.response["Type"] == "User"


def test_tells_how_an_execution_failed(served: Served) -> None:
    answer, error = invoked(served, "failing")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such order")
    assert answer["DurableExecutionArn"]


def test_stopped_execution_is_an_error_to_who_waits_for_it(served: Served) -> None:
    results: list[Any] = []
    arns = starts(served)
    waiting = threading.Thread(target=lambda: results.append(invoked(served, "patient")))
    waiting.start()
    arn = arns.get(timeout=PATIENCE)
    callback_of(served, arn)
    served.ask("StopDurableExecution", DurableExecutionArn=arn, Error={"ErrorMessage": "enough"})
    waiting.join(PATIENCE)
    ((answer, error),) = results
    assert (answer["FunctionError"], error["errorMessage"]) == ("Unhandled", "enough")


def test_starts_and_does_not_wait(served: Served) -> None:
    answer, result = invoked(served, "orders", {"amount": 6}, InvocationType="Event")
    assert (answer["StatusCode"], result) == (202, None)
    view = served.engine.wait_for(answer["DurableExecutionArn"], lambda view: view.ended, timeout=PATIENCE)
    assert view.result == "6"


def test_dry_run_starts_nothing(served: Served) -> None:
    before = served.engine.list("orders")["DurableExecutions"]
    answer, _ = invoked(served, "orders", {"amount": 6}, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert "DurableExecutionArn" not in answer
    assert served.engine.list("orders")["DurableExecutions"] == before
    assert served.refused("Invoke", FunctionName="none", InvocationType="DryRun")[:2] == (
        "ResourceNotFoundException",
        404,
    )


def test_no_result_is_null(served: Served) -> None:
    assert served.ask("Invoke", FunctionName="says_nothing")["Payload"].read() == b"null"


def test_plain_function_answers(served: Served) -> None:
    answer, result = invoked(served, "echo", {"a": "ü"}, TenantId="blue")
    assert result == {"event": {"a": "ü"}, "name": "echo", "tenant": "blue"}
    assert answer["StatusCode"] == 200
    assert "DurableExecutionArn" not in answer
    answer, result = invoked(served, "breaking")
    assert (answer["FunctionError"], result["errorType"]) == ("Unhandled", "KeyError")
    answer, result = invoked(served, "echo", 1, InvocationType="Event")
    assert (answer["StatusCode"], result) == (202, None)


@pytest.mark.parametrize("name", ["orders", "orders:live", "arn:aws:lambda:us-west-2:123456789012:function:orders"])
def test_function_is_named_in_any_form(served: Served, name: str) -> None:
    answer, result = invoked(served, name, {"amount": 3}, InvocationType="RequestResponse")
    assert result == 3
    assert ":function:orders:$LATEST/" in answer["DurableExecutionArn"]


def test_qualifier_chooses_the_version(served: Served) -> None:
    answer, _ = invoked(served, "orders", {"amount": 3}, Qualifier="7")
    assert answer["ExecutedVersion"] == "7"
    refused = served.refused("Invoke", FunctionName="orders:8", Qualifier="7", Payload="{}")
    assert refused[0] == "InvalidParameterValueException"


@pytest.mark.parametrize(
    ("parameters", "code", "status"),
    [
        ({"FunctionName": "none"}, "ResourceNotFoundException", 404),
        ({"Payload": "{"}, "InvalidRequestContentException", 400),
        ({"Payload": b"\xff"}, "InvalidRequestContentException", 400),
        ({"Payload": "[NaN]"}, "InvalidRequestContentException", 400),
        ({"Payload": "[" * 100_000}, "InvalidRequestContentException", 400),
        ({"Payload": '"\\ud800"'}, "InvalidRequestContentException", 400),
        ({"Payload": b'"' + b"x" * 6_291_455 + b'"'}, "RequestTooLargeException", 413),
        ({"Payload": b'"' + b"x" * 1_048_576 + b'"', "InvocationType": "Event"}, "RequestTooLargeException", 413),
        ({"InvocationType": "Perhaps"}, "InvalidParameterValueException", 400),
        ({"DurableExecutionName": "a b"}, "InvalidParameterValueException", 400),
        ({"TenantId": "ä"}, "InvalidParameterValueException", 400),
        ({"FunctionName": "echo", "DurableExecutionName": "a"}, "InvalidParameterValueException", 400),
    ],
)
def test_wrong_requests_are_refused(served: Served, parameters: dict[str, Any], code: str, status: int) -> None:
    refused = served.refused("Invoke", **{"FunctionName": "orders", **parameters})
    assert refused[:2] == (code, status)


def test_largest_payload_passes(served: Served) -> None:
    payload = b'"' + b"x" * 6_291_454 + b'"'
    answer = served.ask("Invoke", FunctionName="says_nothing", Payload=payload)
    assert answer["Payload"].read() == b"null"


def test_a_hundred_clients_wait_and_take_no_threads() -> None:
    """What they wait for is brought about over the same server."""
    callbacks: queue.SimpleQueue[str] = queue.SimpleQueue()

    def heard(changes: Changes) -> None:
        for operation in changes.operations:
            if operation["Type"] == "CALLBACK" and operation["Status"] == "STARTED":
                callbacks.put(operation["CallbackDetails"]["CallbackId"])

    before = set(threading.enumerate())
    with serve(patient) as busy:
        busy.engine.subscribe(heard)
        others = client_of(busy.url)
        busy.client = client_of(busy.url, connections=100)

        def bring_about() -> int:
            waited_for = [callbacks.get(timeout=3 * PATIENCE) for _ in range(100)]
            threads = [each.name for each in set(threading.enumerate()) - before if each.name.startswith("http")]
            for callback in waited_for:
                others.send_durable_execution_callback_success(CallbackId=callback, Result=b"done")
            return len(threads)

        def work(number: int) -> Any:
            return bring_about() if number == 100 else invoked(busy, "patient", number)[1]

        *results, threads = at_once(101, work)
    assert results == ["done"] * 100
    assert threads <= THREADS + 1


def test_functions_may_invoke_functions_over_the_same_server() -> None:
    """More of them at once than the server has threads."""
    own: list[Served] = []

    def relay(event: Any, context: Any) -> Any:
        return json.loads(
            own[0].request("POST", "/2015-03-31/functions/echo/invocations", json.dumps(event).encode())[1]
        )

    with serve(plain=(relay, echo)) as relaying:
        own.append(relaying)
        relaying.client = client_of(relaying.url, connections=40)
        results = at_once(40, lambda number: invoked(relaying, "relay", number)[1]["event"])
    assert results == list(range(40))


def test_more_calls_than_can_be_made_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    called, go = threading.Event(), threading.Event()

    def slow(event: Any, context: Any) -> Any:
        called.set()
        return go.wait(PATIENCE)

    monkeypatch.setattr(invoke, "CALLS", 1)
    with serve(plain=(slow,)) as full:
        first = threading.Thread(target=lambda: invoked(full, "slow"))
        first.start()
        assert called.wait(PATIENCE)
        assert full.refused("Invoke", FunctionName="slow")[:2] == ("TooManyRequestsException", 429)
        go.set()
        first.join(PATIENCE)
        assert invoked(full, "slow")[1] is True


def test_client_that_goes_away_is_forgotten_and_the_execution_goes_on() -> None:
    with serve(patient) as left:
        name = "left-alone"
        head = f"POST /2015-03-31/functions/patient/invocations HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n"
        arns = starts(left)
        # `send` says no more once it has asked, which is all that a server sees of a client that goes away.
        assert left.send(f"{head}X-Amz-Durable-Execution-Name: {name}\r\n\r\n".encode()) == b""
        arn = arns.get(timeout=PATIENCE)
        assert ExecutionArn.parse(arn).name == name
        left.engine.callback_succeed(callback_of(left, arn), "7")
        assert left.engine.wait_for(arn, lambda view: view.ended, timeout=PATIENCE).result == '"7"'


def test_who_waits_is_told_that_the_server_ends() -> None:
    with serve(patient) as ending:
        arns = starts(ending)
        refused: list[Any] = []
        waiting = threading.Thread(target=lambda: refused.append(ending.refused("Invoke", FunctionName="patient")))
        waiting.start()
        callback_of(ending, arns.get(timeout=PATIENCE))
    waiting.join(PATIENCE)
    assert refused[0][:2] == ("ServiceException", 500)


def test_end_that_another_process_brings_about_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    with serve("steps", store=SqliteStore(path), host=ManualHost(), clock=RealClock()) as served:
        results: list[Any] = []
        arns = starts(served)
        waiting = threading.Thread(target=lambda: results.append(invoked(served, "steps", {"count": 3})[1]))
        waiting.start()
        arn = arns.get(timeout=PATIENCE)
        served.engine.wait_for(arn, lambda view: view.execution.invocation is not None, timeout=PATIENCE)
        with engine("steps", store=SqliteStore(path), clock=RealClock()) as other:
            other.stop(arn, {"ErrorMessage": "stopped over there"})
            waiting.join(PATIENCE)
        assert [result["errorMessage"] for result in results] == ["stopped over there"]
