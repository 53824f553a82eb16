"""What a test reads of an execution, without one being run."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from durable_runtime.execution import InvocationStatus
from durable_runtime.lambda_service import ErrorObject, OperationStatus, OperationType
from durable_runtime.testing.exceptions import DurableFunctionsTestError
from durable_runtime.testing.payload import Payload
from durable_runtime.testing.results import (
    CallbackOperation,
    ContextOperation,
    DurableFunctionTestResult,
    ExecutionStatus,
    InvokeOperation,
    StepOperation,
    WaitOperation,
    operation_tree,
    result_of,
)
from durable_runtime.testing.vocabulary import vocabulary_of

NOON = datetime(2031, 3, 7, 12, tzinfo=UTC)
WORDS = vocabulary_of("durable_runtime")

OPERATIONS = [
    {"Id": "e", "Type": "EXECUTION", "Status": "SUCCEEDED", "ExecutionDetails": {"InputPayload": "{}"}},
    {
        "Id": "a",
        "Type": "STEP",
        "SubType": "Step",
        "Name": "weigh",
        "Status": "SUCCEEDED",
        "StartTimestamp": NOON,
        "EndTimestamp": NOON + timedelta(seconds=6),
        "StepDetails": {"Attempt": 2, "Result": '{"t":"m","v":{"grams":{"t":"d","v":"12.50"}}}'},
    },
    {"Id": "b", "Type": "CONTEXT", "SubType": "RunInChildContext", "Name": "parcel", "Status": "FAILED",
     "ContextDetails": {"Error": {"ErrorMessage": "lost", "ErrorType": "LostError"}}},
    {"Id": "c", "Type": "WAIT", "Name": "drying", "Status": "SUCCEEDED", "ParentId": "b",
     "WaitDetails": {"ScheduledEndTimestamp": NOON + timedelta(hours=1)}},
    {"Id": "d", "Type": "CALLBACK", "Name": "stamp", "Status": "STARTED", "ParentId": "b",
     "CallbackDetails": {"CallbackId": "callback-1"}},
    {"Id": "f", "Type": "CHAINED_INVOKE", "Name": "ship", "Status": "SUCCEEDED",
     "ChainedInvokeDetails": {"Result": '{"ship": 1}'}},
    {"Id": "g", "Type": "STEP", "Status": "PENDING", "StepDetails": {"Attempt": 1, "NextAttemptTimestamp": NOON}},
]  # fmt: skip


@pytest.fixture
def result() -> DurableFunctionTestResult:
    return result_of({"Status": "SUCCEEDED", "Result": '{"sent": true}'}, OPERATIONS, WORDS)


def test_an_outcome_is_told_in_the_words_of_the_sdk(result: DurableFunctionTestResult) -> None:
    assert result.status is InvocationStatus.SUCCEEDED
    assert result.execution_status is ExecutionStatus.SUCCEEDED
    assert result.result == '{"sent": true}'
    assert result.value == {"sent": True}
    assert result.error is None


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "STOPPED"])
def test_whatever_is_no_success_is_a_failure(status: str) -> None:
    result = result_of({"Status": status, "Error": {"ErrorMessage": "no", "ErrorType": "No"}}, [], WORDS)
    assert result.status is InvocationStatus.FAILED
    assert result.execution_status is ExecutionStatus[status]
    assert result.error == ErrorObject("no", "No", None, None)
    assert result.result is None
    assert result.value is None


def test_operations_hang_below_their_context(result: DurableFunctionTestResult) -> None:
    assert [type(operation) for operation in result.operations] == [
        StepOperation,
        ContextOperation,
        InvokeOperation,
        StepOperation,
    ]
    parcel = result.get_context("parcel")
    assert [type(operation) for operation in parcel.child_operations] == [WaitOperation, CallbackOperation]
    assert parcel.error == ErrorObject("lost", "LostError", None, None)
    assert parcel.get_wait("drying").scheduled_end_timestamp == NOON + timedelta(hours=1)
    assert parcel.get_callback("stamp").callback_id == "callback-1"
    assert result.get_invoke("ship").result == {"ship": 1}
    assert result.operations[-1].next_attempt_timestamp == NOON  # type: ignore[attr-defined]
    assert result.operations[-1].status is OperationStatus.PENDING


def test_a_step_keeps_what_the_record_says(result: DurableFunctionTestResult) -> None:
    step = result.get_step("weigh")
    assert step.operation_type is OperationType.STEP
    assert (step.sub_type, step.attempt, step.parent_id, step.child_operations) == ("Step", 2, None, [])
    assert step.start_timestamp == NOON
    assert step.end_timestamp == NOON + timedelta(seconds=6)


def test_all_operations_are_the_latest_first(result: DurableFunctionTestResult) -> None:
    assert [operation.operation_id for operation in result.get_all_operations()] == ["g", "f", "b", "d", "c", "a"]


def test_a_name_that_is_not_there_is_explained(result: DurableFunctionTestResult) -> None:
    with pytest.raises(DurableFunctionsTestError, match=r"'wiegh' not found; did you mean 'weigh'\?"):
        result.get_step("wiegh")
    with pytest.raises(DurableFunctionsTestError, match="not found here, but inside 'parcel': ask get_context"):
        result.get_wait("drying")
    with pytest.raises(DurableFunctionsTestError, match="'zebra' not found; there are 'weigh', 'parcel', 'ship'"):
        result.get_step("zebra")
    with pytest.raises(DurableFunctionsTestError, match="no operation here has a name"):
        result_of({"Status": "SUCCEEDED"}, [], WORDS).get_step("zebra")


def test_an_unknown_type_of_operation_is_an_error() -> None:
    with pytest.raises(DurableFunctionsTestError, match="Unknown operation type: DREAM"):
        operation_tree([{"Id": "x", "Type": "DREAM", "Status": "STARTED"}], WORDS)


def test_a_result_shows_how_it_ended(result: DurableFunctionTestResult) -> None:
    assert repr(result) == '<DurableFunctionTestResult SUCCEEDED result={"sent": true}, operations: 6>'
    lost = result_of({"Status": "TIMED_OUT", "Error": {"ErrorMessage": "late"}}, [], WORDS)
    assert repr(lost) == "<DurableFunctionTestResult TIMED_OUT None: late, operations: 0>"


def test_a_step_result_equals_its_value(result: DurableFunctionTestResult) -> None:
    from decimal import Decimal

    assert result.get_step("weigh").result == {"grams": Decimal("12.50")}


@pytest.mark.parametrize("value", [8, 8.5, True, None, [1, "x"], {"a": {"b": []}}])
def test_a_payload_equals_its_value_and_its_text(value: object) -> None:
    payload = Payload(json.dumps(value))
    assert payload == value
    assert value == payload
    assert payload == json.dumps(value)
    assert payload.value == value
    assert payload != [value]
    assert payload != "something else"


def test_text_is_compared_as_recorded() -> None:
    payload = Payload('"8"')
    assert payload != "8"
    assert payload == '"8"'
    assert payload.value == "8"
    assert Payload("8") != '"8"'


def test_a_payload_is_text_in_every_other_way() -> None:
    payload = Payload('{"a": 1}')
    assert json.loads(payload) == {"a": 1}
    assert hash(payload) == hash('{"a": 1}')
    assert {payload: 1}['{"a": 1}'] == 1
    assert pickle.loads(pickle.dumps(payload)) == {"a": 1}
    assert '"a"' in payload


def test_text_of_an_unknown_serializer_is_its_own_value() -> None:
    assert Payload("<weight>12</weight>").value == "<weight>12</weight>"


def test_results_speak_the_words_of_aws_sdk_too() -> None:
    from aws_durable_execution_sdk_python.execution import InvocationStatus as TheirStatus
    from aws_durable_execution_sdk_python.lambda_service import ErrorObject as TheirError

    words = vocabulary_of("aws_durable_execution_sdk_python")
    result = result_of({"Status": "FAILED", "Error": {"ErrorMessage": "no"}}, OPERATIONS, words)
    assert result.status is TheirStatus.FAILED
    assert result.error == TheirError("no", None, None, None)
