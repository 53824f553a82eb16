from __future__ import annotations

from tests.runtime.service.ledger.play import Play, at, reopened, retry, step


def test_a_step_starts_and_succeeds_in_one_batch() -> None:
    play = Play()
    assert play.checkpoint(
        step("s", Name="charge", SubType="Step"),
        step("s", "SUCCEED", Name="charge", SubType="Step", Payload='"paid"'),
    ) == ["StepStarted", "StepSucceeded"]
    assert play.events[1:] == [
        {
            "EventType": "StepStarted",
            "EventId": 2,
            "EventTimestamp": at(0),
            "Id": "s",
            "Name": "charge",
            "SubType": "Step",
            "StepStartedDetails": {},
        },
        {
            "EventType": "StepSucceeded",
            "EventId": 3,
            "EventTimestamp": at(0),
            "Id": "s",
            "Name": "charge",
            "SubType": "Step",
            "StepSucceededDetails": {
                "Result": {"Payload": '"paid"', "Truncated": False},
                "RetryDetails": {"CurrentAttempt": 1},
            },
        },
    ]
    assert play.seen == [
        {
            "Id": "s",
            "Name": "charge",
            "Type": "STEP",
            "SubType": "Step",
            "StartTimestamp": at(0),
            "EndTimestamp": at(0),
            "Status": "SUCCEEDED",
            "StepDetails": {"Attempt": 1, "Result": '"paid"'},
        }
    ]


def test_a_result_of_none_is_left_out() -> None:
    play = Play()
    play.checkpoint(step("s"), step("s", "SUCCEED"))
    assert play.step_details("s") == {"Attempt": 1}
    assert play.details()["Result"] == {"Truncated": False}


def test_an_empty_result_is_kept() -> None:
    play = Play()
    play.checkpoint(step("s"), step("s", "SUCCEED", Payload=""))
    assert play.step_details("s") == {"Attempt": 1, "Result": ""}
    assert play.details()["Result"] == {"Payload": "", "Truncated": False}


def test_the_first_attempt_counts_only_when_it_is_over() -> None:
    play = Play()
    play.checkpoint(step("s"))
    assert play.step_details("s") == {"Attempt": 0}


def test_a_retry_waits_becomes_ready_and_starts_again() -> None:
    play = Play()
    play.checkpoint(step("s"))
    assert play.checkpoint(retry("s", 5, Error={"ErrorMessage": "no", "ErrorType": "ValueError"})) == ["StepFailed"]
    assert play.details() == {
        "Error": {"Payload": {"ErrorMessage": "no", "ErrorType": "ValueError"}, "Truncated": False},
        "RetryDetails": {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 5},
    }
    assert (play.status("s"), play.step_details("s")["NextAttemptTimestamp"]) == ("PENDING", at(5))
    play.returns()
    assert play.ledger.next_due() == at(5)
    assert not play.ledger.execution.needs_invocation

    assert play.to(5) == [], "history does not tell of READY"
    assert play.status("s") == "READY"
    assert play.step_details("s") == {"Attempt": 1, "Error": {"ErrorMessage": "no", "ErrorType": "ValueError"}}
    assert play.ledger.execution.needs_invocation
    assert play.ledger.updated_since_last_invocation() == ["s"]

    play.invoke()
    assert play.checkpoint(step("s"), step("s", "SUCCEED", Payload="1")) == ["StepStarted", "StepSucceeded"]
    assert play.details()["RetryDetails"] == {"CurrentAttempt": 2}
    assert play.step_details("s") == {"Attempt": 2, "Result": "1"}


def test_a_retry_without_error_is_a_success_that_goes_on() -> None:
    """wait_for_condition keeps its state so."""
    play = Play()
    assert play.checkpoint(step("s", SubType="WaitForCondition"), retry("s", 2, Payload="41")) == [
        "StepStarted",
        "StepSucceeded",
    ]
    assert play.details() == {
        "Result": {"Payload": "41", "Truncated": False},
        "RetryDetails": {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 2},
    }
    play.returns()
    play.to(2)
    play.invoke()
    play.checkpoint(step("s"))
    assert play.status("s") == "STARTED"
    assert play.step_details("s") == {"Attempt": 1, "Result": "41"}, "a crash must not lose the state"
    play.checkpoint(step("s", "SUCCEED", Payload="42"))
    assert play.step_details("s") == {"Attempt": 2, "Result": "42"}


def test_a_step_that_a_crash_interrupted_goes_on_without_a_second_start() -> None:
    play = Play()
    play.checkpoint(step("s"))
    play.note(play.ledger.invocation_failed(play.now, {"ErrorType": "Runtime.ExitError"}))
    play.invoke()
    assert play.checkpoint(step("s", "FAIL", Error={"ErrorType": "StepInterruptedError"})) == ["StepFailed"]
    assert play.details()["RetryDetails"] == {"CurrentAttempt": 1}
    assert play.status("s") == "FAILED"


def test_a_retry_that_falls_due_while_the_handler_runs_comes_with_the_next_checkpoint() -> None:
    play = Play()
    play.checkpoint(step("s"), retry("s", 1))
    play.now = at(1)
    play.checkpoint()
    assert [(each["Id"], each["Status"]) for each in play.seen] == [("s", "READY")]


def test_a_retry_outlives_the_process() -> None:
    play = Play()
    play.checkpoint(step("s"), retry("s", 5))
    play.returns()
    ledger = reopened(play.ledger)
    assert ledger.next_due() == at(5)
    assert ledger.due(at(4.999)) is None
    assert ledger.due(at(5)) is not None
    assert ledger.operations["s"]["Status"] == "READY"


def test_an_error_without_details_is_still_a_failure() -> None:
    play = Play()
    assert play.checkpoint(step("s"), step("s", "FAIL")) == ["StepStarted", "StepFailed"]
    assert play.details()["Error"] == {"Truncated": False}


def test_null_fields_of_an_error_are_dropped() -> None:
    play = Play()
    error = {"ErrorMessage": "no", "ErrorType": None, "StackTrace": None, "ErrorData": None}
    play.checkpoint(step("s"), step("s", "FAIL", Error=error))
    assert play.step_details("s")["Error"] == {"ErrorMessage": "no"}
