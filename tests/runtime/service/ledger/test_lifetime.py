from __future__ import annotations

from typing import Any

import pytest
from durable_runtime.service import limits
from durable_runtime.service.errors import (
    InvalidParameterValueException,
    RequestTooLargeException,
    ResourceConflictException,
)
from durable_runtime.service.ledger import Ledger, Start

from tests.runtime.service.ledger.play import ARN, START, Play, at, callback, numbered, reopened, step, wait


def test_an_execution_begins_with_its_input() -> None:
    play = Play(invoked=False, execution_timeout=300)
    assert play.events == [
        {
            "EventType": "ExecutionStarted",
            "EventId": 1,
            "EventTimestamp": START,
            "Id": "first",
            "Name": "order-7",
            "ExecutionStartedDetails": {
                "Input": {"Payload": '{"order": 7}', "Truncated": False},
                "ExecutionTimeout": 300,
            },
        }
    ]
    assert play.ledger.state_page().operations == [
        {
            "Id": "first",
            "Name": "order-7",
            "Type": "EXECUTION",
            "StartTimestamp": START,
            "Status": "STARTED",
            "ExecutionDetails": {"InputPayload": '{"order": 7}'},
        }
    ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"arn": "arn:aws:lambda:x"}, InvalidParameterValueException),
        ({"arn": ARN.replace("order-7", "o" * 65)}, InvalidParameterValueException),
        ({"execution_timeout": 0}, InvalidParameterValueException),
        ({"execution_timeout": 31_622_401}, InvalidParameterValueException),
        ({"retention_days": 0}, InvalidParameterValueException),
        ({"retention_days": 91}, InvalidParameterValueException),
        ({"input": "x" * (limits.SYNCHRONOUS_PAYLOAD + 1)}, RequestTooLargeException),
        ({"input": "é" * limits.MIB, "payload_limit": limits.ASYNCHRONOUS_PAYLOAD}, RequestTooLargeException),
    ],
)
def test_what_is_out_of_bounds_does_not_begin(wrong: dict[str, Any], error: type[Exception]) -> None:
    start = Start(**{"arn": ARN, "started_at": START, **wrong})
    with pytest.raises(error):
        Ledger.begin(start, new_id=numbered("x"), resolve=lambda _: None)


def test_an_input_may_be_as_large_as_the_limit() -> None:
    Play(input="x" * limits.SYNCHRONOUS_PAYLOAD)


def test_an_execution_times_out() -> None:
    play = Play(execution_timeout=300)
    play.checkpoint(wait("w", 400))
    play.returns()
    assert play.ledger.next_due() == at(300)
    assert play.to(300) == ["ExecutionTimedOut"]
    error = {"ErrorMessage": "Execution timed out after 300 seconds."}
    assert play.details() == {"Error": {"Payload": error, "Truncated": False}}
    assert (play.ledger.execution.status, play.ledger.execution.error) == ("TIMED_OUT", error)
    assert play.to(400) == []


def test_what_was_due_before_the_timeout_happens_before_it() -> None:
    """The process may have slept through both."""
    play = Play(execution_timeout=300)
    play.checkpoint(wait("before", 200), wait("after", 301))
    play.returns()
    assert play.to(1000) == ["WaitSucceeded", "ExecutionTimedOut"]
    assert play.status("after") == "STARTED"


def test_a_checkpoint_after_the_timeout_is_the_last_one() -> None:
    play = Play(execution_timeout=10)
    play.now = at(10)
    assert play.checkpoint(step("s")) == ["StepStarted", "ExecutionTimedOut"]
    assert (play.seen, play.ledger.checkpoint_token) == ([], None)


def test_an_execution_is_stopped_once() -> None:
    play = Play()
    play.checkpoint(callback("cb", 60))
    error = {"ErrorType": "Operator", "ErrorMessage": "enough"}
    assert play.note(play.ledger.stop({**error}, at(5))) == ["ExecutionStopped"]  # type: ignore[typeddict-item]
    assert play.details() == {"Error": {"Payload": error, "Truncated": False}}
    assert (play.ledger.execution.status, play.ledger.execution.ended_at) == ("STOPPED", at(5))
    assert play.ledger.stop(None, at(6)) is None
    assert play.ledger.execution.ended_at == at(5)
    assert play.to(60) == []
    assert reopened(play.ledger).due(at(60)) is None


def test_stopping_needs_no_reason() -> None:
    play = Play(invoked=False)
    play.note(play.ledger.stop(None, at(5)))
    assert play.ledger.execution.error == {"ErrorMessage": "Execution stopped by user request"}


def test_a_reason_to_stop_has_a_limit() -> None:
    play = Play(invoked=False)
    with pytest.raises(InvalidParameterValueException, match="Error object size"):
        play.ledger.stop({"ErrorMessage": "x" * (limits.ERROR + 1)}, at(5))
    assert play.ledger.execution.status == "RUNNING"


def test_an_execution_is_kept_for_its_retention_period() -> None:
    play = Play(retention_days=2)
    assert play.ledger.execution.expires_at is None
    play.returns("SUCCEEDED")
    assert play.ledger.execution.expires_at == at(2 * 86_400)


def test_only_what_is_over_can_be_deleted() -> None:
    play = Play()
    with pytest.raises(ResourceConflictException):
        play.ledger.delete()
    play.returns("SUCCEEDED")
    assert play.ledger.delete().execution.status == "DELETING"
    assert play.ledger.execution.ended


def test_operations_are_metered_as_lambda_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPERATIONS", 4)
    play = Play()
    retrying: Any = {"Id": "s", "Type": "STEP", "Action": "RETRY", "StepOptions": {"NextAttemptDelaySeconds": 1}}
    play.checkpoint(step("s"), retrying)
    assert play.ledger.execution.metered == 3
    with pytest.raises(InvalidParameterValueException, match="more than 4 operations"):
        play.ledger.checkpoint([step("a"), step("b")], at(1))
    play.checkpoint(step("a"), step("a", "SUCCEED"))
    with pytest.raises(InvalidParameterValueException, match="more than 4 operations"):
        play.ledger.checkpoint([step("b")], at(1))


def test_storage_is_limited_over_all_payloads_ever_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORAGE", 20)
    play = Play(input="12345")
    play.checkpoint(step("a"), step("a", "SUCCEED", Payload="é234"))
    assert play.ledger.execution.stored == 10
    play.checkpoint(step("b"), step("b", "FAIL", Error={"ErrorType": "1234", "StackTrace": ["5", "6"]}))
    assert play.ledger.execution.stored == 16
    with pytest.raises(InvalidParameterValueException, match="more than 20 bytes"):
        play.ledger.checkpoint([step("c"), step("c", "SUCCEED", Payload="12345")], at(1))
    assert "c" not in play.ledger.operations
