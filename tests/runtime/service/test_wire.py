from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import botocore.session
import pytest
from durable_runtime.service import errors, wire
from durable_runtime.service.wire import Event, Operation, OperationUpdate

MODEL = botocore.session.get_session().get_service_model("lambda")
NOON = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
OPERATION: Operation = {
    "Id": "w",
    "Type": "WAIT",
    "StartTimestamp": NOON,
    "Status": "STARTED",
    "WaitDetails": {"ScheduledEndTimestamp": NOON + timedelta(days=400)},
    "_": {"Revision": 7, "Duration": 60},
}


@pytest.mark.parametrize(
    "name", ["OperationType", "OperationAction", "OperationStatus", "ExecutionStatus", "EventType"]
)
def test_enums_are_those_of_the_model(name: str) -> None:
    assert set(get_args(getattr(wire, name))) == set(MODEL.shape_for(name).enum)


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        (wire.Operation, "Operation"),
        (wire.OperationUpdate, "OperationUpdate"),
        (wire.ErrorObject, "ErrorObject"),
        (wire.StepDetails, "StepDetails"),
        (wire.ContextDetails, "ContextDetails"),
        (wire.WaitDetails, "WaitDetails"),
        (wire.CallbackDetails, "CallbackDetails"),
        (wire.ChainedInvokeDetails, "ChainedInvokeDetails"),
        (wire.ExecutionDetails, "ExecutionDetails"),
        (wire.ContextOptions, "ContextOptions"),
        (wire.StepOptions, "StepOptions"),
        (wire.WaitOptions, "WaitOptions"),
        (wire.CallbackOptions, "CallbackOptions"),
        (wire.ChainedInvokeOptions, "ChainedInvokeOptions"),
    ],
)
def test_structures_have_the_members_of_the_model(typed: type, shape: str) -> None:
    assert set(typed.__annotations__) - {"_"} == set(MODEL.shape_for(shape).members)


def test_what_is_stored_comes_back() -> None:
    text = wire.encode(OPERATION)
    assert '"ScheduledEndTimestamp":1806' in text
    assert wire.decode(text) == OPERATION


def test_payloads_are_left_alone() -> None:
    operation = {**OPERATION, "StepDetails": {"Result": '{"StartTimestamp": 5}', "Error": {"ErrorMessage": "ü\n"}}}
    assert wire.decode(wire.encode(operation)) == operation


def test_timestamps_of_an_event_are_milliseconds() -> None:
    assert wire.with_epoch_milliseconds({"Operations": [OPERATION], "NextMarker": ""}) == {
        "Operations": [
            {
                **OPERATION,
                "StartTimestamp": 1_772_366_400_123,
                "WaitDetails": {"ScheduledEndTimestamp": 1_806_926_400_123},
            }
        ],
        "NextMarker": "",
    }
    assert wire.from_epoch_milliseconds(wire.epoch_milliseconds(NOON)) == NOON


def test_the_public_part_of_an_operation_is_a_copy() -> None:
    shown = wire.public(OPERATION)
    assert "_" not in shown
    assert shown.keys() | {"_"} == OPERATION.keys()
    assert "_" in OPERATION


def test_structures_are_dictionaries() -> None:
    event: Event = {"EventId": 1, "EventType": "StepStarted"}
    update: OperationUpdate = {"Id": "s", "Type": "STEP", "Action": "START"}
    assert (event["EventId"], update["Action"]) == (1, "START")


# Other modules derive errors of their own, for what the model does not speak of.
@pytest.mark.parametrize(
    "error", [error for error in errors.ServiceError.__subclasses__() if error.__module__ == errors.__name__]
)
def test_errors_are_those_of_the_model(error: type[errors.ServiceError]) -> None:
    refused = error("no")
    assert refused.code == error.__name__
    assert MODEL.shape_for(refused.code).metadata["error"]["httpStatusCode"] == refused.status
    assert refused.response == {
        "Error": {"Code": refused.code, "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": refused.status},
    }
