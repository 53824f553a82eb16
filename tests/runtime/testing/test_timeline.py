"""Histories as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from durable_runtime.testing.timeline import announce, collected, duration, timeline

NOON = datetime(2031, 3, 7, 12, tzinfo=UTC)


def _events(*told: tuple[float, str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Events from seconds, type, and the event's other keys; details under `details`."""
    events = []
    for number, (seconds, event_type, keys) in enumerate(told, 1):
        details = keys.pop("details", {})
        moment = NOON + timedelta(seconds=seconds)
        events.append({"EventType": event_type, "EventId": number, "EventTimestamp": moment, **keys})
        events[-1][f"{event_type}Details"] = details
    return events


def _payload(text: str) -> dict[str, Any]:
    return {"Payload": text, "Truncated": False}


def _error(message: str, kind: str = "shop.Declined") -> dict[str, Any]:
    return {"Payload": {"ErrorMessage": message, "ErrorType": kind}, "Truncated": False}


def test_tells_what_happened_when() -> None:
    step = {"Id": "1", "Name": "charge", "SubType": "Step"}
    inner = {"Id": "3", "Name": "approval", "ParentId": "2"}
    late = _error("Callback timed out", "Callback.Timeout")
    lines = timeline(
        _events(
            (0, "ExecutionStarted", {"Id": "0", "details": {"Input": _payload('{"order": 7}'), "ExecutionTimeout": 9}}),
            (0, "StepStarted", dict(step)),
            (0.01, "StepFailed", step | {"details": {
                "Error": _error("declined"), "RetryDetails": {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 5}}}),
            (0.012, "InvocationCompleted", {"details": {
                "StartTimestamp": NOON, "EndTimestamp": NOON + timedelta(milliseconds=12), "RequestId": "r"}}),
            (5.02, "StepStarted", dict(step)),
            (5.03, "StepSucceeded", step | {"details": {
                "Result": _payload('"paid"'), "RetryDetails": {"CurrentAttempt": 2}}}),
            (5.04, "ContextStarted", {"Id": "2", "Name": "approve", "SubType": "WaitForCallback"}),
            (5.05, "CallbackStarted", inner | {"details": {"CallbackId": "c", "Timeout": 90}}),
            (95.05, "CallbackTimedOut", inner | {"details": {"Error": late}}),
            (95.06, "ContextFailed", {"Id": "2", "Name": "approve", "SubType": "WaitForCallback",
                                      "details": {"Error": late}}),
            (95.06, "WaitStarted", {"Id": "4", "details": {"Duration": 86405}}),
            (95.07, "ChainedInvokeStarted", {"Id": "5" * 20, "SubType": "ChainedInvoke",
                                             "details": {"FunctionName": "ship:1", "Input": _payload("[1]")}}),
            (95.08, "StepStarted", {"Id": "6", "Name": "poll", "SubType": "WaitForCondition"}),
            (95.09, "ExecutionFailed", {"Id": "0", "details": {"Error": _error("late")}}),
        )
    ).splitlines()  # fmt: skip
    assert lines == [
        '          0 s  execution started: {"order": 7}',
        "       0.01 s  step 'charge' failed, attempt 1: Declined: declined; again in 5 s",
        "      0.012 s  -- end of invocation 1, 0.012 s",
        "       5.03 s  step 'charge' succeeded, attempt 2: \"paid\"",
        "       5.04 s  wait for callback 'approve' started",
        "       5.05 s    callback 'approval' started: timeout 1 min 30 s",
        "1 min 35.05 s    callback 'approval' timed out: Timeout: Callback timed out",
        "1 min 35.06 s  wait for callback 'approve' failed: Timeout: Callback timed out",
        "1 min 35.06 s  wait 4 started: 1 d 5 s",
        "1 min 35.07 s  invoke 55555555 started: ship:1([1])",
        "1 min 35.08 s  wait for condition 'poll' started",
        "1 min 35.09 s  execution failed: Declined: late",
    ]


def test_long_histories_and_payloads_are_shortened() -> None:
    step = {"SubType": "Step", "Name": "s", "details": {"Result": _payload("x" * 500)}}
    lines = timeline(
        _events(*((number, "StepSucceeded", {"Id": str(number), **step}) for number in range(1000)))
    ).splitlines()
    assert len(lines) == 101
    assert lines[50].strip() == "…  (900 more events)"
    assert all(len(line) < 130 for line in lines)
    assert lines[0].startswith("        0 s  step 's' succeeded: xxx")
    assert lines[-1].startswith("16 min 39 s  step 's' succeeded: xxx")


def test_an_empty_history_says_so() -> None:
    assert timeline([]) == "(nothing has happened yet)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.0004, "0 s"),
        (0.015, "0.015 s"),
        (1, "1 s"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (90061.5, "1 d 1 h 1 min 1.5 s"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_executions_are_collected_while_somebody_collects() -> None:
    announce("before", lambda: "")
    with collected() as outer:
        announce("one", lambda: "first")
        with collected() as inner:
            announce("two", lambda: "second")
    announce("after", lambda: "")
    assert [title for title, _ in outer] == ["one", "two"]
    assert [(title, tell()) for title, tell in inner] == [("two", "second")]
