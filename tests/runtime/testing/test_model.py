"""The model of histories, beside AWS's."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import aws_durable_execution_sdk_python_testing.model as theirs
import pytest
from durable_runtime.testing import model as ours

NOON = datetime(2031, 3, 7, 12, tzinfo=UTC)
DATA = {"Payload": "[1]", "Truncated": False}
ERROR = {"Payload": {"ErrorMessage": "no", "ErrorType": "No", "StackTrace": ["line"]}, "Truncated": False}
HIDDEN = {"Truncated": True}

DETAILS: dict[str, dict[str, Any]] = {
    "ExecutionStarted": {"Input": DATA, "ExecutionTimeout": 60},
    "ExecutionSucceeded": {"Result": DATA},
    "ExecutionFailed": {"Error": ERROR},
    "ExecutionTimedOut": {"Error": ERROR},
    "ExecutionStopped": {"Error": HIDDEN},
    "ContextSucceeded": {"Result": HIDDEN},
    "ContextFailed": {"Error": ERROR},
    "WaitStarted": {"Duration": 5, "ScheduledEndTimestamp": NOON},
    "WaitSucceeded": {"Duration": 5},
    "WaitCancelled": {"Error": ERROR},
    "StepSucceeded": {"Result": DATA, "RetryDetails": {"CurrentAttempt": 2}},
    "StepFailed": {"Error": ERROR, "RetryDetails": {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 5}},
    "ChainedInvokeStarted": {"FunctionName": "f", "TenantId": "t", "Input": DATA, "DurableExecutionArn": "arn"},
    "ChainedInvokeSucceeded": {"Result": DATA},
    "ChainedInvokeFailed": {"Error": ERROR},
    "ChainedInvokeTimedOut": {"Error": ERROR},
    "ChainedInvokeStopped": {"Error": ERROR},
    "CallbackStarted": {"CallbackId": "c", "HeartbeatTimeout": 5, "Timeout": 60},
    "CallbackSucceeded": {"Result": DATA},
    "CallbackFailed": {"Error": ERROR},
    "CallbackTimedOut": {"Error": ERROR},
    "InvocationCompleted": {"StartTimestamp": NOON, "EndTimestamp": NOON, "RequestId": "r"},
}


def _event(event_type: str, number: int) -> dict[str, Any]:
    return {
        "EventType": event_type,
        "EventTimestamp": NOON,
        "EventId": number,
        "SubType": "Step",
        "Id": "i",
        "Name": "n",
        "ParentId": "p",
        f"{event_type}Details": DETAILS[event_type],
    }


def _plain(value: Any) -> Any:
    """Dataclasses as dicts, fields of ours that AWS's classes lack left out when they are not set."""
    if dataclasses.is_dataclass(value):
        extra = (
            ("executed_version", "error")
            if type(value).__name__.endswith(("InvokeStartedDetails", "CompletedDetails"))
            else ()
        )
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {name: field for name, field in fields.items() if name not in extra}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("event_type", DETAILS)
def test_events_read_as_theirs_and_write_what_they_read(event_type: str) -> None:
    wire = _event(event_type, 7)
    event = ours.Event.from_dict(wire)
    assert _plain(event) == _plain(theirs.Event.from_dict(wire))
    assert event.to_dict() == wire == theirs.Event.from_dict(wire).to_dict()


def test_a_start_without_details_has_empty_ones() -> None:
    for event_type in ("StepStarted", "ContextStarted"):
        wire = {"EventType": event_type, "EventTimestamp": NOON, "EventId": 1, f"{event_type}Details": {}}
        event = ours.Event.from_dict(wire)
        assert event.to_dict() == wire


def test_what_the_service_tells_beyond_theirs_is_kept() -> None:
    invoked = ours.ChainedInvokeStartedDetails.from_dict({"FunctionName": "f", "ExecutedVersion": "3"})
    assert invoked.executed_version == "3"
    completed = ours.InvocationCompletedDetails.from_dict(
        {"StartTimestamp": NOON, "EndTimestamp": NOON, "RequestId": "r", "Error": ERROR}
    )
    assert completed.error is not None
    assert completed.error.payload is not None
    assert completed.error.payload.message == "no"


def test_a_history_reads_as_theirs() -> None:
    wire = {"Events": [_event(event_type, number) for number, event_type in enumerate(DETAILS, 1)], "NextMarker": "m"}
    history = ours.GetDurableExecutionHistoryResponse.from_dict(wire)
    assert history.to_dict() == wire
    assert _plain(history) == _plain(theirs.GetDurableExecutionHistoryResponse.from_dict(wire))


def test_an_execution_reads_as_theirs() -> None:
    wire = {
        "DurableExecutionArn": "arn",
        "DurableExecutionName": "n",
        "FunctionArn": "f",
        "Status": "FAILED",
        "StartTimestamp": NOON,
        "Error": {"ErrorMessage": "no"},
        "Version": "3",
    }
    execution = ours.GetDurableExecutionResponse.from_dict(wire)
    assert execution.to_dict() == wire
    assert _plain(execution) == _plain(theirs.GetDurableExecutionResponse.from_dict(wire))


def test_event_types_are_theirs() -> None:
    assert {kind.name: kind.value for kind in ours.EventType} == {kind.name: kind.value for kind in theirs.EventType}


@pytest.mark.parametrize(
    "name", [name for name in vars(ours) if name.endswith("Details") or name in ("Event", "EventError", "EventResult")]
)
def test_classes_have_their_fields_in_their_order(name: str) -> None:
    own = [field.name for field in dataclasses.fields(getattr(ours, name)) if not field.kw_only]
    assert own == [field.name for field in dataclasses.fields(getattr(theirs, name))]
