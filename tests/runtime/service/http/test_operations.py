"""Every operation, as boto3 asks for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.runtime.service.engines import PATIENCE, ManualHost, started, step, wait
from tests.runtime.service.http.served import Served, callback_of

NOWHERE = "arn:aws:lambda:us-west-2:123456789012:function:orders:$LATEST/durable-execution/none/none"


@pytest.fixture(scope="module")
def ordered(served: Served) -> str:
    """The ARN of an execution that has ended."""
    arn = served.engine.start("orders", '{"amount": 7}', name="ordered", trace_header="Root=1-2-3")
    assert served.engine.run(arn, timeout=PATIENCE).status == "SUCCEEDED"
    return arn


def begun(served: Served) -> tuple[str, str]:
    """The ARN of an execution that waits for a callback, and the callback's id."""
    arn = served.engine.start("patient")
    return arn, callback_of(served, arn)


# Looking


def test_execution_is_described(served: Served, ordered: str) -> None:
    told = served.ask("GetDurableExecution", DurableExecutionArn=ordered)
    assert told["DurableExecutionArn"] == ordered
    assert (told["DurableExecutionName"], told["Status"], told["Version"]) == ("ordered", "SUCCEEDED", "$LATEST")
    assert (json.loads(told["InputPayload"]), told["Result"]) == ({"amount": 7}, "7")
    assert told["TraceHeader"] == {"XAmznTraceId": "Root=1-2-3"}
    expected = served.engine.describe(ordered)
    assert (told["StartTimestamp"], told["EndTimestamp"]) == (expected["StartTimestamp"], expected["EndTimestamp"])
    assert told["EndTimestamp"] - told["StartTimestamp"] >= timedelta(hours=1)


def test_execution_is_described_without_data(served: Served, ordered: str) -> None:
    told = served.ask("GetDurableExecution", DurableExecutionArn=ordered, IncludeExecutionData=False)
    assert told["ExecutionDataIncluded"] is False
    assert not {"InputPayload", "Result"} & told.keys()


def test_history_comes_whole_in_pages_and_backwards(served: Served, ordered: str) -> None:
    whole = served.ask("GetDurableExecutionHistory", DurableExecutionArn=ordered)["Events"]
    assert whole == served.engine.history(ordered)["Events"]
    pages = served.client.get_paginator("get_durable_execution_history")
    for backwards in (False, True):
        sized = {"PageSize": 3}
        paged = list(pages.paginate(DurableExecutionArn=ordered, ReverseOrder=backwards, PaginationConfig=sized))
        assert [len(page["Events"]) for page in paged] == [3, 3, 2]
        events = [event["EventId"] for page in paged for event in page["Events"]]
        assert events == sorted(range(1, 9), reverse=backwards)


def test_history_without_data(served: Served, ordered: str) -> None:
    told = served.ask("GetDurableExecutionHistory", DurableExecutionArn=ordered, IncludeExecutionData=False)
    assert "Payload" not in told["Events"][0]["ExecutionStartedDetails"]["Input"]


def test_executions_are_listed_by_every_filter(served: Served) -> None:
    arns = [served.engine.start("says_nothing", name=f"listed-{n}") for n in range(5)]
    for arn in arns:
        served.engine.run(arn, timeout=PATIENCE)

    def listed(**filters: Any) -> list[str]:
        found = served.ask("ListDurableExecutionsByFunction", FunctionName="says_nothing", **filters)
        return [each["DurableExecutionName"] for each in found["DurableExecutions"]]

    newest = [f"listed-{n}" for n in (4, 3, 2, 1, 0)]
    assert listed() == newest
    assert listed(ReverseOrder=True) == newest[::-1]
    assert listed(DurableExecutionName="listed-2") == ["listed-2"]
    assert listed(Statuses=["FAILED", "RUNNING"]) == []
    assert listed(Statuses=["FAILED", "SUCCEEDED"], MaxItems=2) == newest[:2]
    moment = served.engine.describe(arns[2])["StartTimestamp"]
    assert "listed-2" not in listed(StartedAfter=moment)
    assert "listed-2" in listed(StartedAfter=moment - timedelta(seconds=1), StartedBefore=moment + timedelta(seconds=1))
    assert listed(StartedBefore=datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert listed(Qualifier="7") == []
    assert listed(Qualifier="$LATEST") == newest
    pages = served.client.get_paginator("list_durable_executions_by_function")
    paged = pages.paginate(FunctionName="says_nothing", PaginationConfig={"PageSize": 2})
    assert [len(page["DurableExecutions"]) for page in paged] == [2, 2, 1]


# What handlers ask for


def test_handler_checkpoints_and_pages_its_state(played: Served, host: ManualHost) -> None:
    invocation = started(played.engine, host, "steps", payload='{"count": 3}', name="played")
    place = {"DurableExecutionArn": invocation.arn}
    updates = [step(f"s{n}", "START") for n in range(3)]
    told = played.ask("CheckpointDurableExecution", **place, CheckpointToken=invocation.token, Updates=updates)
    assert {each["Id"] for each in told["NewExecutionState"]["Operations"]} >= {"s0", "s1", "s2"}
    assert told["CheckpointToken"] != invocation.token
    again = played.ask("CheckpointDurableExecution", **place, CheckpointToken=invocation.token, Updates=updates)
    assert again == told
    token = told["CheckpointToken"]
    done = step("s0", "SUCCEED", Payload='"é\U0001f600"')
    retried = step("s1", "RETRY", Error={"ErrorMessage": "no"}, StepOptions={"NextAttemptDelaySeconds": 3_600})
    token = played.ask(
        "CheckpointDurableExecution", **place, CheckpointToken=token, Updates=[done, retried, wait("w0", 60)]
    )["CheckpointToken"]
    token = played.ask("CheckpointDurableExecution", **place, CheckpointToken=token)["CheckpointToken"]

    pages = played.client.get_paginator("get_durable_execution_state")
    paged = list(pages.paginate(**place, CheckpointToken=token, PaginationConfig={"PageSize": 2}))
    operations = {each["Id"]: each for page in paged for each in page["Operations"]}
    assert [len(page["Operations"]) for page in paged] == [2, 2, 1]
    assert operations["s0"]["StepDetails"]["Result"] == '"é\U0001f600"'
    assert operations["s1"]["StepDetails"]["NextAttemptTimestamp"] > datetime.now(UTC)
    assert operations["w0"]["WaitDetails"]["ScheduledEndTimestamp"] > datetime.now(UTC)

    stale = played.refused("CheckpointDurableExecution", **place, CheckpointToken=invocation.token, Updates=[])
    assert stale == ("InvalidParameterValueException", 400, "Invalid checkpoint token")
    stale = played.refused("GetDurableExecutionState", **place, CheckpointToken=invocation.token)
    assert stale == ("InvalidParameterValueException", 400, "Invalid checkpoint token")
    wrong = step("s2", "START")
    code, _, message = played.refused("CheckpointDurableExecution", **place, CheckpointToken=token, Updates=[wrong])
    assert (code, message) == ("InvalidParameterValueException", "Invalid current STEP state to start.")


# What operators ask for


def test_execution_is_stopped(served: Served) -> None:
    arn, _ = begun(served)
    error = {"ErrorType": "Cancelled", "ErrorMessage": "customer called"}
    stopped = served.ask("StopDurableExecution", DurableExecutionArn=arn, Error=error)["StopTimestamp"]
    told = served.ask("GetDurableExecution", DurableExecutionArn=arn)
    assert (told["Status"], told["Error"], told["EndTimestamp"]) == ("STOPPED", error, stopped)
    assert served.ask("StopDurableExecution", DurableExecutionArn=arn)["StopTimestamp"] == stopped


def test_execution_is_paused_and_resumed(served: Served) -> None:
    arn, callback = begun(served)
    place = {"DurableExecutionArn": arn}
    served.engine.wait_for(arn, lambda view: view.execution.invocation is None, timeout=PATIENCE)
    request: dict[str, Any] = {"Reason": "look", "ClientToken": "t-1", "ExecutionTimeoutPaused": False}
    assert served.ask("PauseDurableExecution", **place, **request) == {}
    told = served.ask("GetDurableExecution", **place)
    assert (told["Status"], told["PauseDetails"]["Reason"]) == ("PAUSED", "look")
    assert told["PauseDetails"]["ExecutionTimeoutPaused"] is False
    assert served.ask("PauseDurableExecution", **place, **request) == {}
    assert served.refused("PauseDurableExecution", **place)[:2] == ("ResourceConflictException", 409)
    served.ask("SendDurableExecutionCallbackSuccess", CallbackId=callback, Result=b'"yes"')
    assert served.ask("ResumeDurableExecution", **place, Reason="looked") == {}
    assert served.engine.run(arn, timeout=PATIENCE).result == '"\\"yes\\""'
    assert served.refused("ResumeDurableExecution", **place)[:2] == ("ResourceConflictException", 409)


def test_execution_is_deleted_when_it_is_over(served: Served) -> None:
    arn, _ = begun(served)
    assert served.refused("DeleteDurableExecution", DurableExecutionArn=arn)[:2] == ("ResourceConflictException", 409)
    served.ask("StopDurableExecution", DurableExecutionArn=arn)
    told = served.ask("DeleteDurableExecution", DurableExecutionArn=arn)
    assert isinstance(told["DeletionRequestTimestamp"], datetime)
    assert served.refused("GetDurableExecution", DurableExecutionArn=arn)[:2] == ("ResourceNotFoundException", 404)


# Callbacks


def test_callback_succeeds_once(served: Served) -> None:
    arn, callback = begun(served)
    served.ask("SendDurableExecutionCallbackHeartbeat", CallbackId=callback)
    assert served.ask("SendDurableExecutionCallbackSuccess", CallbackId=callback, Result="zażółć") == {}
    assert json.loads(served.engine.run(arn, timeout=PATIENCE).result or "") == "zażółć"
    for operation in ("Success", "Failure", "Heartbeat"):
        refused = served.refused(f"SendDurableExecutionCallback{operation}", CallbackId=callback)
        assert refused[:2] == ("CallbackTimeoutException", 400)


def test_callback_without_result(served: Served) -> None:
    arn, callback = begun(served)
    served.ask("SendDurableExecutionCallbackSuccess", CallbackId=callback)
    assert served.engine.run(arn, timeout=PATIENCE).result == "null"


def test_callback_fails(served: Served) -> None:
    arn, callback = begun(served)
    error = {"ErrorType": "Refused", "ErrorMessage": "too dear", "ErrorData": "{}", "StackTrace": ["a", "b"]}
    assert served.ask("SendDurableExecutionCallbackFailure", CallbackId=callback, Error=error) == {}
    view = served.engine.run(arn, timeout=PATIENCE)
    assert (view.status, (view.error or {})["ErrorMessage"]) == ("FAILED", "too dear")


# What is refused


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "status"),
    [
        ("GetDurableExecution", {"DurableExecutionArn": NOWHERE}, "ResourceNotFoundException", 404),
        ("GetDurableExecution", {"DurableExecutionArn": "nonsense"}, "InvalidParameterValueException", 400),
        ("GetDurableExecutionHistory", {"DurableExecutionArn": NOWHERE}, "ResourceNotFoundException", 404),
        ("StopDurableExecution", {"DurableExecutionArn": NOWHERE}, "ResourceNotFoundException", 404),
        ("DeleteDurableExecution", {"DurableExecutionArn": NOWHERE}, "ResourceNotFoundException", 404),
        ("PauseDurableExecution", {"DurableExecutionArn": NOWHERE}, "ResourceNotFoundException", 404),
        ("SendDurableExecutionCallbackHeartbeat", {"CallbackId": "bm9uZQ=="}, "ResourceNotFoundException", 404),
        ("ListDurableExecutionsByFunction", {"FunctionName": "none"}, "ResourceNotFoundException", 404),
        ("ListDurableExecutionsByFunction", {"FunctionName": "a b"}, "InvalidParameterValueException", 400),
    ],
)
def test_errors_are_those_of_the_api(
    served: Served, operation: str, parameters: dict[str, Any], code: str, status: int
) -> None:
    refused = served.refused(operation, **parameters)
    assert refused[:2] == (code, status)
    assert refused[2]


def test_too_large_results_of_callbacks_are_refused(served: Served) -> None:
    _, callback = begun(served)
    refused = served.refused("SendDurableExecutionCallbackSuccess", CallbackId=callback, Result=b"x" * 1_048_577)
    assert refused[:2] == ("InvalidParameterValueException", 400)
    refused = served.refused("SendDurableExecutionCallbackSuccess", CallbackId=callback, Result=b"x" * 6_291_457)
    assert refused[:2] == ("RequestTooLargeException", 413)
    refused = served.refused("SendDurableExecutionCallbackSuccess", CallbackId=callback, Result=b"\xff")
    assert refused[:2] == ("InvalidParameterValueException", 400)
