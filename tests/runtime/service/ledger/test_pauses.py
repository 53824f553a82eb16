from __future__ import annotations

import pytest
from durable_runtime.service.errors import InvalidParameterValueException, ResourceConflictException

from tests.runtime.service.ledger.play import Play, at, callback, reopened, step, wait

DAYS_366 = 31_622_400


def idle(**start: int) -> Play:
    play = Play(**start)
    play.checkpoint(wait("w", 60), callback("cb"))
    play.returns()
    return play


def test_an_idle_execution_pauses_at_once() -> None:
    play = idle()
    assert play.note(play.ledger.pause(at(5), reason="deploy")) == ["ExecutionPaused"]
    assert play.details() == {
        "PauseRequestTimestamp": at(5),
        "Reason": {"Payload": "deploy", "Truncated": False},
        "ExecutionTimeoutPaused": True,
    }
    assert play.ledger.execution.status == "PAUSED"


def test_waits_end_during_a_pause_and_the_handler_is_invoked_after_it() -> None:
    play = idle()
    play.note(play.ledger.pause(at(5)))
    assert play.to(60) == ["WaitSucceeded"]
    assert not play.ledger.execution.needs_invocation
    assert play.note(play.ledger.resume(at(90), reason="done")) == ["ExecutionResumed"]
    assert play.details() == {
        "ResumeRequestTimestamp": at(90),
        "Reason": {"Payload": "done", "Truncated": False},
    }
    assert play.ledger.execution.needs_invocation


def test_nothing_happened_so_nothing_is_invoked() -> None:
    play = idle()
    play.note(play.ledger.pause(at(5)))
    play.note(play.ledger.resume(at(6)))
    assert (play.ledger.execution.status, play.ledger.execution.needs_invocation) == ("RUNNING", False)


def test_a_running_invocation_is_paused_at_its_next_checkpoint() -> None:
    play = Play()
    token = play.ledger.checkpoint_token
    assert play.note(play.ledger.pause(at(5))) == []
    assert play.ledger.execution.status == "PAUSING"
    assert play.ledger.checkpoint_token == token, "the handler still holds it"
    play.now = at(8)
    assert play.checkpoint(step("s"), step("s", "SUCCEED")) == ["StepStarted", "StepSucceeded", "ExecutionPaused"]
    assert play.events[-1]["EventTimestamp"] == at(8)
    assert play.details()["PauseRequestTimestamp"] == at(5)
    assert (play.seen, play.ledger.checkpoint_token) == ([], None)
    assert play.returns() == ["InvocationCompleted"]
    assert not play.ledger.execution.needs_invocation
    play.note(play.ledger.resume(at(9)))
    assert play.ledger.execution.needs_invocation, "it was cut short"


def test_an_execution_that_is_resumed_before_its_handler_stopped_is_invoked_when_it_has() -> None:
    play = Play()
    play.note(play.ledger.pause(at(5)))
    play.checkpoint(step("s"))
    play.note(play.ledger.resume(at(6)))
    assert not play.ledger.execution.needs_invocation
    assert play.returns() == ["InvocationCompleted"]
    assert play.ledger.execution.needs_invocation


def test_a_pause_is_carried_out_when_the_invocation_ends_without_a_checkpoint() -> None:
    play = Play()
    play.checkpoint(callback("cb"))
    play.note(play.ledger.pause(at(5)))
    assert play.returns() == ["InvocationCompleted", "ExecutionPaused"]
    play.note(play.ledger.resume(at(6)))
    assert not play.ledger.execution.needs_invocation


def test_a_crash_carries_it_out_too_and_is_made_up_for_afterwards() -> None:
    play = Play()
    play.note(play.ledger.pause(at(5)))
    changes = play.ledger.invocation_failed(at(6), {"ErrorType": "E"}, at(16))
    assert play.note(changes) == ["InvocationCompleted", "ExecutionPaused"]
    assert play.to(16) == []
    assert not play.ledger.execution.needs_invocation
    play.note(play.ledger.resume(at(20)))
    assert play.ledger.execution.needs_invocation


def test_an_execution_that_ends_is_not_paused_any_more() -> None:
    play = Play()
    play.note(play.ledger.pause(at(5)))
    assert play.returns("SUCCEEDED") == ["InvocationCompleted", "ExecutionSucceeded"]
    assert play.ledger.execution.pause is None


def test_a_pause_that_was_not_yet_carried_out_is_withdrawn_without_a_trace() -> None:
    play = Play()
    play.note(play.ledger.pause(at(5)))
    assert play.note(play.ledger.resume(at(6))) == []
    assert play.ledger.execution.status == "RUNNING"
    assert play.checkpoint(step("s")) == ["StepStarted"]
    assert play.ledger.checkpoint_token is not None


def test_a_pause_holds_up_the_timeout() -> None:
    play = idle(execution_timeout=300)
    play.note(play.ledger.pause(at(5)))
    assert play.ledger.execution.times_out_at == at(DAYS_366)
    assert play.to(1000) == ["WaitSucceeded"]
    play.note(play.ledger.resume(at(1005)))
    assert play.ledger.execution.times_out_at == at(1300)
    play.note(play.ledger.pause(at(1010)))
    play.note(play.ledger.resume(at(1020)))
    assert play.ledger.next_due() == at(1310)
    assert reopened(play.ledger).due(at(1309)) is None
    assert play.to(1310) == ["ExecutionTimedOut"]


def test_unless_it_is_asked_not_to() -> None:
    play = idle(execution_timeout=300)
    play.note(play.ledger.pause(at(5), timeout_paused=False))
    assert play.details()["ExecutionTimeoutPaused"] is False
    assert play.to(300) == ["WaitSucceeded", "ExecutionTimedOut"]


def test_no_execution_outlives_366_days() -> None:
    play = idle(execution_timeout=300)
    play.note(play.ledger.pause(at(5)))
    assert play.to(DAYS_366) == ["WaitSucceeded", "ExecutionTimedOut"]


def test_only_what_runs_can_be_paused_and_only_what_is_paused_resumed() -> None:
    play = Play()
    with pytest.raises(ResourceConflictException):
        play.ledger.resume(at(1))
    play.note(play.ledger.pause(at(1)))
    with pytest.raises(ResourceConflictException):
        play.ledger.pause(at(2))
    play.checkpoint()
    with pytest.raises(ResourceConflictException):
        play.ledger.pause(at(3))
    play.note(play.ledger.stop(None, at(4)))
    with pytest.raises(ResourceConflictException):
        play.ledger.pause(at(5))
    with pytest.raises(ResourceConflictException):
        play.ledger.resume(at(5))


def test_a_repeated_request_is_done_once() -> None:
    play = idle()
    assert play.ledger.pause(at(1), client_token="a") is not None
    assert play.ledger.pause(at(2), client_token="a") is None
    assert play.ledger.resume(at(3), client_token="b") is not None
    assert play.ledger.resume(at(4), client_token="b") is None
    assert play.ledger.pause(at(5), client_token="a") is None, "a late repetition must not pause again"
    assert play.ledger.execution.status == "RUNNING"


@pytest.mark.parametrize("wrong", [{"reason": "x" * 1025}, {"client_token": ""}, {"client_token": "with space"}])
def test_malformed_requests_are_refused(wrong: dict[str, str]) -> None:
    play = idle()
    with pytest.raises(InvalidParameterValueException):
        play.ledger.pause(at(1), reason=wrong.get("reason"), client_token=wrong.get("client_token"))
    assert play.ledger.execution.status == "RUNNING"
