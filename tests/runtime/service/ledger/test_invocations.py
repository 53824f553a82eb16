from __future__ import annotations

from typing import Any

import pytest
from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException

from tests.runtime.service.ledger.play import Play, at, callback, reopened, retry, step, update, wait


def test_an_execution_is_to_be_invoked_as_soon_as_it_begins() -> None:
    play = Play(invoked=False)
    assert play.ledger.execution.needs_invocation
    assert play.ledger.checkpoint_token is None
    play.invoke()
    assert not play.ledger.execution.needs_invocation
    assert play.ledger.checkpoint_token is not None


def test_the_end_of_an_invocation_comes_before_the_end_of_its_execution() -> None:
    play = Play()
    play.now = at(2)
    assert play.returns("SUCCEEDED", Result='"done"') == ["InvocationCompleted", "ExecutionSucceeded"]
    assert play.details(-2) == {"StartTimestamp": at(0), "EndTimestamp": at(2), "RequestId": "request"}
    assert play.details() == {"Result": {"Payload": '"done"', "Truncated": False}}
    execution = play.ledger.execution
    assert (execution.status, execution.result, execution.ended_at) == ("SUCCEEDED", '"done"', at(2))
    assert (play.status("first"), play.ledger.operations["first"]["EndTimestamp"]) == ("SUCCEEDED", at(2))
    assert (execution.next_due, execution.needs_invocation, play.ledger.checkpoint_token) == (None, False, None)


def test_a_handler_fails_its_execution() -> None:
    play = Play()
    assert play.returns("FAILED", Error={"ErrorType": "E"}) == ["InvocationCompleted", "ExecutionFailed"]
    assert play.details() == {"Error": {"Payload": {"ErrorType": "E"}, "Truncated": False}}
    assert (play.ledger.execution.status, play.ledger.execution.error) == ("FAILED", {"ErrorType": "E"})


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ({}, "Response status is required"),
        (None, "Response status is required"),
        ("SUCCEEDED", "Response status is required"),
        ({"Status": "DONE"}, "Unexpected invocation status: DONE"),
        ({"Status": "FAILED", "Result": "1"}, "Cannot provide a Result for FAILED status."),
        ({"Status": "SUCCEEDED", "Error": {}}, "Cannot provide an Error for SUCCEEDED status."),
        ({"Status": "PENDING"}, "Cannot return PENDING status with no pending operations."),
        (
            {"Status": "SUCCEEDED", "Result": "x" * (limits.SYNCHRONOUS_PAYLOAD + 1)},
            "Execution output payload size must be less than or equal to 6291456 bytes.",
        ),
        (
            {"Status": "FAILED", "Error": {"ErrorData": "x" * (limits.ERROR + 1)}},
            "Error object size must be less than or equal to 1048576 bytes.",
        ),
    ],
)
def test_an_output_that_lambda_would_not_take_fails_the_execution(output: Any, message: str) -> None:
    play = Play()
    assert play.note(play.ledger.invocation_completed(at(1), output)) == ["InvocationCompleted", "ExecutionFailed"]
    assert play.ledger.execution.error == {"ErrorMessage": message, "ErrorType": "InvalidParameterValueException"}


def test_an_asynchronous_execution_has_a_smaller_result() -> None:
    play = Play(payload_limit=limits.ASYNCHRONOUS_PAYLOAD)
    play.returns("SUCCEEDED", Result="x" * (limits.ASYNCHRONOUS_PAYLOAD + 1))
    assert play.ledger.execution.status == "FAILED"


@pytest.mark.parametrize("pending", [wait("w", 9), callback("cb"), retry("s")])
def test_pending_waits_for_what_will_come(pending: Any) -> None:
    play = Play()
    play.checkpoint(step("s"), pending)
    assert play.returns() == ["InvocationCompleted"]
    assert not play.ledger.execution.needs_invocation


def test_what_happens_behind_the_handlers_back_earns_another_invocation() -> None:
    play = Play()
    play.checkpoint(callback("cb"))
    play.note(play.ledger.callback_succeeded("cb", "1", at(1)))
    assert not play.ledger.execution.needs_invocation, "one runs"
    assert play.returns() == ["InvocationCompleted"]
    assert play.ledger.execution.needs_invocation


def test_what_the_handler_was_told_earns_none() -> None:
    play = Play()
    play.checkpoint(callback("cb"), wait("w", 9))
    play.note(play.ledger.callback_succeeded("cb", "1", at(1)))
    play.checkpoint()
    assert [each["Id"] for each in play.seen] == ["cb"]
    play.returns()
    assert not play.ledger.execution.needs_invocation
    assert play.ledger.updated_since_last_invocation() == []


def test_a_failed_invocation_is_repeated() -> None:
    play = Play()
    error = {"ErrorType": "Runtime.ExitError", "ErrorMessage": "exit status 1"}
    changes = play.ledger.invocation_failed(at(1), {**error}, at(6))  # type: ignore[typeddict-item]
    assert play.note(changes) == ["InvocationCompleted"]
    assert play.details()["Error"] == {"Payload": error, "Truncated": False}
    execution = play.ledger.execution
    assert (execution.failures, execution.needs_invocation, execution.next_due) == (1, False, at(6))
    again = reopened(play.ledger)
    assert again.next_due() == at(6)
    assert play.to(5.999) == []
    assert play.to(6) == []
    assert play.ledger.execution.needs_invocation
    play.invoke()
    play.checkpoint(wait("w", 9))
    play.returns()
    assert play.ledger.execution.failures == 0


def test_whatever_a_handler_dies_of_can_be_stored() -> None:
    play = Play()
    error: Any = {
        "ErrorType": "E",
        "ErrorMessage": "\ud800" + "x" * 2_000_000,
        "StackTrace": ["f\udcff"] * 999,
        "ErrorData": None,
    }
    play.note(play.ledger.invocation_failed(at(1), error))
    shown = play.details()["Error"]["Payload"]
    assert shown.keys() == {"ErrorType", "ErrorMessage", "StackTrace"}
    assert shown["StackTrace"] == ["f\\udcff"] * 100
    assert shown["ErrorMessage"].startswith("\\ud800xxx")
    assert len(shown["ErrorMessage"].encode()) < 100_000
    play.note(play.ledger.fail(at(2), error))
    assert play.ledger.execution.error == shown


def test_without_a_time_it_is_repeated_at_once() -> None:
    play = Play()
    play.note(play.ledger.invocation_failed(at(1), {"ErrorType": "E"}))
    assert play.ledger.execution.needs_invocation


def test_updated_ids_stay_until_an_invocation_that_knew_of_them_ends_in_order() -> None:
    play = Play()
    play.checkpoint(callback("a"), callback("b"), callback("c"))
    play.returns()
    play.note(play.ledger.callback_succeeded("b", "1", at(1)))
    play.invoke()
    assert play.ledger.updated_since_last_invocation() == ["b"]
    play.note(play.ledger.callback_succeeded("a", "1", at(2)))
    play.checkpoint()
    play.note(play.ledger.invocation_failed(at(3), {"ErrorType": "E"}))
    assert play.ledger.updated_since_last_invocation() == ["b", "a"]
    assert reopened(play.ledger).updated_since_last_invocation() == ["b", "a"]
    play.invoke()
    play.note(play.ledger.callback_succeeded("c", "1", at(4)))
    play.returns()
    assert play.ledger.updated_since_last_invocation() == ["c"], "c came after the handler last looked"


def test_each_checkpoint_takes_the_token_of_the_last_answer() -> None:
    play = Play()
    tokens = [play.ledger.checkpoint_token]
    for name in ("a", "b"):
        play.checkpoint(step(name))
        tokens.append(play.ledger.checkpoint_token)
    play.note(play.ledger.invocation_failed(at(1), {"ErrorType": "E"}))
    play.invoke()
    tokens.append(play.ledger.checkpoint_token)
    assert len(set(tokens)) == 4
    *stale, valid = tokens
    assert valid is not None
    play.ledger.check_token(valid)
    for token in (*stale, "", "nonsense"):
        with pytest.raises(InvalidParameterValueException, match=r"^Invalid checkpoint token$"):
            play.ledger.check_token(str(token))


def test_no_checkpoint_without_an_invocation() -> None:
    play = Play()
    play.checkpoint(wait("w", 9))
    play.returns()
    with pytest.raises(InvalidParameterValueException, match="Invalid checkpoint token"):
        play.ledger.checkpoint([step("s")], at(1))


@pytest.mark.parametrize(
    ("ending", "event", "status"),
    [
        (update("result-1", "EXECUTION", "SUCCEED", Payload="big"), "ExecutionSucceeded", "SUCCEEDED"),
        (update("result-1", "EXECUTION", "FAIL", Error={"ErrorType": "E"}), "ExecutionFailed", "FAILED"),
    ],
)
def test_a_checkpoint_may_end_the_execution(ending: Any, event: str, status: str) -> None:
    """An SDK sends a result so that is too large to be returned; what it returns then counts for nothing."""
    play = Play()
    assert play.checkpoint(step("s"), ending) == ["StepStarted", event]
    assert (play.ledger.execution.status, play.seen, play.ledger.checkpoint_token) == (status, [], None)
    assert "result-1" not in play.ledger.operations
    assert play.returns("SUCCEEDED", Result="") == ["InvocationCompleted"]
    assert play.ledger.execution.result == ("big" if status == "SUCCEEDED" else None)
    assert play.ledger.execution.invocation is None


def test_an_invocation_that_outlives_its_execution_changes_nothing_any_more() -> None:
    play = Play(execution_timeout=10)
    assert play.to(10) == ["ExecutionTimedOut"]
    assert play.note(play.ledger.invocation_failed(at(11), {"ErrorType": "E"}, at(12))) == ["InvocationCompleted"]
    execution = play.ledger.execution
    assert (execution.status, execution.needs_invocation, execution.next_due) == ("TIMED_OUT", False, None)


def test_the_service_may_fail_an_execution() -> None:
    play = Play(invoked=False)
    assert play.note(play.ledger.fail(at(1), {"ErrorType": "Gone"})) == ["ExecutionFailed"]
    assert play.note(play.ledger.fail(at(2), {"ErrorType": "Other"})) == []
    assert play.ledger.execution.error == {"ErrorType": "Gone"}
