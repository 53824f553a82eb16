from __future__ import annotations

import pytest
from durable_runtime.service import limits
from durable_runtime.service.errors import (
    CallbackTimeoutException,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from durable_runtime.service.tokens import CallbackId

from tests.runtime.service.ledger.play import ARN, Play, at, callback, reopened, step


def waiting(timeout: int = 0, heartbeat: int = 0) -> Play:
    play = Play()
    play.checkpoint(callback("cb", timeout, heartbeat, Name="approval"))
    play.returns()
    return play


def test_a_callback_starts_with_an_id_that_leads_back_to_it() -> None:
    play = Play()
    assert play.checkpoint(callback("cb", 30, 10)) == ["CallbackStarted"]
    name = play.seen[0]["CallbackDetails"]["CallbackId"]
    assert CallbackId.parse(name) == CallbackId(ARN, "cb")
    assert play.details() == {"CallbackId": name, "Timeout": 30, "HeartbeatTimeout": 10}


def test_timeouts_of_zero_are_none() -> None:
    play = waiting()
    assert play.details(1) == {"CallbackId": str(CallbackId(ARN, "cb"))}
    assert play.ledger.next_due() == play.ledger.execution.times_out_at


def test_a_callback_succeeds_with_the_text_it_was_sent() -> None:
    play = waiting(30)
    assert play.note(play.ledger.callback_succeeded("cb", '{"ok": true}', at(3))) == ["CallbackSucceeded"]
    assert play.details() == {"Result": {"Payload": '{"ok": true}', "Truncated": False}}
    details = play.ledger.operations["cb"]["CallbackDetails"]
    assert details == {"CallbackId": str(CallbackId(ARN, "cb")), "Result": '{"ok": true}'}
    assert play.ledger.execution.needs_invocation
    assert play.to(30) == []


def test_a_callback_without_payload_has_no_result() -> None:
    play = waiting()
    play.note(play.ledger.callback_succeeded("cb", None, at(3)))
    assert play.details() == {"Result": {"Truncated": False}}
    assert "Result" not in play.ledger.operations["cb"]["CallbackDetails"]


def test_a_callback_fails() -> None:
    play = waiting()
    error: dict[str, str] = {"ErrorType": "RejectedError", "ErrorMessage": "not approved"}
    assert play.note(play.ledger.callback_failed("cb", {**error}, at(3))) == ["CallbackFailed"]  # type: ignore[typeddict-item]
    assert play.details() == {"Error": {"Payload": error, "Truncated": False}}
    assert play.status("cb") == "FAILED"


@pytest.mark.parametrize(
    ("timeout", "heartbeat", "seconds", "error"),
    [
        (30, 0, 30, {"ErrorType": "Callback.Timeout", "ErrorMessage": "Callback timed out"}),
        (0, 20, 20, {"ErrorType": "Callback.Heartbeat", "ErrorMessage": "Callback timed out on heartbeat"}),
        (30, 20, 20, {"ErrorType": "Callback.Heartbeat", "ErrorMessage": "Callback timed out on heartbeat"}),
        (20, 30, 20, {"ErrorType": "Callback.Timeout", "ErrorMessage": "Callback timed out"}),
    ],
)
def test_a_callback_times_out_once(timeout: int, heartbeat: int, seconds: int, error: dict[str, str]) -> None:
    play = waiting(timeout, heartbeat)
    assert play.to(seconds - 0.001) == []
    assert play.to(seconds) == ["CallbackTimedOut"]
    assert play.details() == {"Error": {"Payload": error, "Truncated": False}}
    assert play.status("cb") == "TIMED_OUT"
    assert play.to(1000) == []


def test_a_heartbeat_restarts_its_timeout_and_leaves_no_event() -> None:
    play = waiting(timeout=25, heartbeat=10)
    assert play.note(play.ledger.callback_heartbeat("cb", at(8))) == []
    assert not play.ledger.execution.needs_invocation
    assert play.to(10) == []
    play.note(play.ledger.callback_heartbeat("cb", at(16)))
    assert reopened(play.ledger).next_due() == at(25), "heartbeats do not move the timeout"
    assert play.to(25) == ["CallbackTimedOut"]
    assert play.details()["Error"]["Payload"]["ErrorType"] == "Callback.Timeout"


def test_heartbeats_do_not_pile_up_timers() -> None:
    play = waiting(timeout=100_000, heartbeat=10)
    for second in range(1000):
        play.now = at(second)
        play.note(play.ledger.due(play.now))
        play.note(play.ledger.callback_heartbeat("cb", play.now))
    assert len(play.ledger._derived._timers._heap) < 20


def test_a_heartbeat_is_no_news_for_the_handler() -> None:
    play = Play()
    play.checkpoint(callback("cb", heartbeat=10))
    play.note(play.ledger.callback_heartbeat("cb", at(1)))
    play.checkpoint()
    assert play.seen == []


def test_a_heartbeat_of_a_callback_without_heartbeat_timeout_changes_nothing() -> None:
    play = waiting(timeout=25)
    changes = play.ledger.callback_heartbeat("cb", at(8))
    assert (changes.operations, changes.events) == ((), ())


@pytest.mark.parametrize("end", ["succeed", "fail", "time out", "stop", "execution"])
def test_what_comes_too_late_is_refused(end: str) -> None:
    play = waiting(timeout=25)
    match end:
        case "succeed":
            play.ledger.callback_succeeded("cb", "1", at(1))
        case "fail":
            play.ledger.callback_failed("cb", None, at(1))
        case "time out":
            play.ledger.due(at(25))
        case "stop":
            play.ledger.stop(None, at(1))
        case "execution":
            play.ledger.fail(at(1), {"ErrorMessage": "gone"})
    before = play.ledger.execution
    for late in (
        lambda: play.ledger.callback_succeeded("cb", "1", at(30)),
        lambda: play.ledger.callback_failed("cb", None, at(30)),
        lambda: play.ledger.callback_heartbeat("cb", at(30)),
    ):
        with pytest.raises(CallbackTimeoutException):
            late()
    assert play.ledger.execution is before


def test_only_callbacks_are_completed_as_callbacks() -> None:
    play = Play()
    play.checkpoint(step("s"))
    for name in ("s", "missing"):
        with pytest.raises(ResourceNotFoundException):
            play.ledger.callback_succeeded(name, "1", at(1))


def test_a_result_over_the_limit_is_refused_and_the_callback_stays_open() -> None:
    play = waiting()
    with pytest.raises(InvalidParameterValueException, match="CALLBACK output payload size"):
        play.ledger.callback_succeeded("cb", "x" * (limits.CALLBACK_RESULT + 1), at(1))
    with pytest.raises(InvalidParameterValueException, match="Error object size"):
        play.ledger.callback_failed("cb", {"ErrorData": "x" * (limits.ERROR + 1)}, at(1))
    assert play.status("cb") == "STARTED"
    play.ledger.callback_succeeded("cb", "x" * limits.CALLBACK_RESULT, at(1))
    assert play.status("cb") == "SUCCEEDED"
