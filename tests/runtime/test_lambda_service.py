from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import aws_durable_execution_sdk_python.exceptions as aws_exceptions
import aws_durable_execution_sdk_python.identifier as aws_identifier
import aws_durable_execution_sdk_python.lambda_service as aws
import durable_runtime.exceptions as our_exceptions
import durable_runtime.identifier as our_identifier
import durable_runtime.lambda_service as ours
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import outcome, plain

texts = st.none() | st.sampled_from(["", "a", "ünï", '{"a":1}'])
times = st.none() | st.datetimes(
    min_value=dt.datetime(1971, 1, 1), max_value=dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))


def fields(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


errors = st.none() | fields(
    ErrorMessage=texts,
    ErrorType=texts,
    ErrorData=texts,
    StackTrace=st.none() | st.lists(st.text(max_size=3), max_size=2),
)
outcomes: dict[str, Any] = {"Result": texts, "Error": errors}


def operations(moments: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Operations in the API's form; any part may be missing, None or empty."""
    return st.fixed_dictionaries(
        {
            "Id": st.sampled_from(["a", "b"]),
            "Type": st.sampled_from([kind.value for kind in aws.OperationType]),
            "Status": st.sampled_from([status.value for status in aws.OperationStatus]),
        },
        optional={
            "ParentId": texts,
            "Name": texts,
            "SubType": texts,
            "StartTimestamp": moments,
            "EndTimestamp": moments,
            "ExecutionDetails": st.none() | fields(InputPayload=texts),
            "ContextDetails": st.none() | fields(ReplayChildren=st.booleans(), **outcomes),
            "StepDetails": st.none() | fields(Attempt=st.integers(0, 9), NextAttemptTimestamp=moments, **outcomes),
            "WaitDetails": st.none() | fields(ScheduledEndTimestamp=moments),
            "CallbackDetails": st.none() | st.fixed_dictionaries({"CallbackId": st.just("c")}, optional=outcomes),
            # Of empty ones AWS's package makes an empty dictionary, where ours leaves the field at None.
            "ChainedInvokeDetails": st.none() | fields(**outcomes).filter(bool),
        },
    )


updates = st.fixed_dictionaries(
    {
        "Id": st.just("a"),
        "Type": st.sampled_from([kind.value for kind in aws.OperationType]),
        "Action": st.sampled_from([action.value for action in aws.OperationAction]),
    },
    optional={
        "ParentId": texts,
        "Name": texts,
        "SubType": texts,
        "Payload": texts,
        "Error": errors,
        "ContextOptions": st.none() | fields(ReplayChildren=st.booleans()),
        "StepOptions": st.none() | fields(NextAttemptDelaySeconds=st.integers(0, 5)),
        "WaitOptions": st.none() | fields(WaitSeconds=st.integers(0, 5)),
        "CallbackOptions": st.none() | fields(TimeoutSeconds=st.integers(0, 5), HeartbeatTimeoutSeconds=st.just(0)),
        "ChainedInvokeOptions": st.none()
        | st.fixed_dictionaries({"FunctionName": st.just("f")}, optional={"TenantId": texts, "XAmznTraceId": texts}),
    },
)


@settings(deadline=None, max_examples=200)
@given(operations(times))
def test_operations_are_read_and_written_as_by_aws(data: dict[str, Any]) -> None:
    before = copy.deepcopy(data)
    mine, theirs = ours.Operation.from_dict(data), aws.Operation.from_dict(data)
    assert plain(mine) == plain(theirs)
    assert mine.to_dict() == theirs.to_dict()
    assert mine.to_json_dict() == theirs.to_json_dict()
    again, again_theirs = (
        package.Operation.from_json_dict(operation.to_json_dict())
        for package, operation in ((ours, mine), (aws, theirs))
    )
    assert again.to_dict() == again_theirs.to_dict()
    assert data == before


@settings(deadline=None, max_examples=200)
@given(operations(st.none() | st.integers(1, 4_000_000_000_000)))
def test_operations_of_an_event_are_read_as_by_aws(data: dict[str, Any]) -> None:
    before = copy.deepcopy(data)
    assert plain(ours.Operation.from_json_dict(data)) == plain(aws.Operation.from_json_dict(data))
    assert data == before


def test_a_timestamp_at_the_epoch_is_a_datetime_too() -> None:
    data = {"Id": "a", "Type": "STEP", "Status": "STARTED", "StartTimestamp": 0}
    assert ours.Operation.from_json_dict(data).start_timestamp == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@settings(deadline=None, max_examples=200)
@given(updates)
def test_updates_are_read_and_written_as_by_aws(data: dict[str, Any]) -> None:
    mine, theirs = ours.OperationUpdate.from_dict(data), aws.OperationUpdate.from_dict(data)
    assert plain(mine) == plain(theirs)
    assert mine.to_dict() == theirs.to_dict()
    assert plain(ours.OperationUpdate.from_dict(mine.to_dict())) == plain(aws.OperationUpdate.from_dict(mine.to_dict()))


@settings(deadline=None)
@given(st.lists(operations(times), max_size=3) | st.none(), texts, texts)
def test_answers_are_read_as_by_aws(found: list[dict[str, Any]] | None, marker: str | None, token: str | None) -> None:
    state = {"Operations": found, "NextMarker": marker}
    for answer in ({}, state):
        assert plain(ours.StateOutput.from_dict(answer)) == plain(aws.StateOutput.from_dict(answer))
    for answer in ({}, {"CheckpointToken": token}, {"CheckpointToken": token, "NewExecutionState": state}):
        assert plain(ours.CheckpointOutput.from_dict(answer)) == plain(aws.CheckpointOutput.from_dict(answer))


@settings(deadline=None)
@given(st.sampled_from(["SUCCEEDED", "FAILED", "PENDING", "RETRY", "OTHER", None]), texts, errors)
def test_outputs_of_invocations_are_read_and_written_as_by_aws(status: Any, result: Any, error: Any) -> None:
    data = {"Status": status, "Result": result, "Error": error}

    def read(package: Any) -> Any:
        output = package.DurableExecutionInvocationOutput.from_dict(data)
        return output, output.to_dict()

    assert outcome(lambda: read(ours)) == outcome(lambda: read(aws))


@pytest.mark.parametrize("change", [{"Type": "NONE"}, {"Status": None}, {"Status": "X"}])
def test_unknown_words_are_refused_as_by_aws(change: dict[str, Any]) -> None:
    data = {"Id": "a", "Type": "STEP", "Status": "STARTED"} | change
    mine = outcome(lambda: ours.Operation.from_dict(data))
    assert mine == outcome(lambda: aws.Operation.from_dict(data))
    assert mine[0] == "raised"


def test_an_operation_needs_an_id() -> None:
    with pytest.raises(KeyError, match="Id"):
        ours.Operation.from_dict({"Type": "STEP", "Status": "STARTED"})


@pytest.mark.parametrize("milliseconds", [None, 0, 1, 1_700_000_000_123])
def test_timestamps_convert_as_by_aws(milliseconds: int | None) -> None:
    moment = ours.TimestampConverter.from_unix_millis(milliseconds)
    assert moment == aws.TimestampConverter.from_unix_millis(milliseconds)
    assert ours.TimestampConverter.to_unix_millis(moment) == aws.TimestampConverter.to_unix_millis(moment)


def options(package: Any) -> dict[str, Any]:
    return {
        "error": package.ErrorObject("m", "T", "d", ["l"]),
        "callback_options": package.CallbackOptions(1, 2),
        "context_options": package.ContextOptions(True),
        "chained_invoke_options": package.ChainedInvokeOptions("f", "t", "x"),
        "wait_options": package.WaitOptions(9),
        "payload": "p",
        "next_attempt_delay_seconds": 4,
    }


FACTORIES = {
    "create_callback": ["callback_options"],
    "create_context_start": [],
    "create_context_succeed": ["payload", "context_options"],
    "create_context_fail": ["error"],
    "create_step_start": [],
    "create_step_succeed": ["payload"],
    "create_step_fail": ["error"],
    "create_step_retry": ["error", "next_attempt_delay_seconds"],
    "create_invoke_start": ["payload", "chained_invoke_options"],
    "create_wait_for_condition_start": [],
    "create_wait_for_condition_succeed": ["payload"],
    "create_wait_for_condition_retry": ["payload", "next_attempt_delay_seconds"],
    "create_wait_for_condition_fail": ["error"],
    "create_wait_start": ["wait_options"],
}


def made(package: Any, identifier: Any, factory: str) -> Any:
    chosen = {name: value for name, value in options(package).items() if name in FACTORIES[factory]}
    operation = identifier.OperationIdentifier("i", "Sub", "p", "n", operation_type=package.OperationType.WAIT)
    return getattr(package.OperationUpdate, factory)(operation, **chosen)


@pytest.mark.parametrize("factory", FACTORIES)
def test_updates_are_created_as_by_aws(factory: str) -> None:
    mine, theirs = made(ours, our_identifier, factory), made(aws, aws_identifier, factory)
    assert plain(mine) == plain(theirs)
    assert mine.to_dict() == theirs.to_dict()


def test_every_factory_is_compared() -> None:
    factories = {name for name in vars(aws.OperationUpdate) if name.startswith("create_")}
    assert factories - set(FACTORIES) == {"create_execution_succeed", "create_execution_fail"}


@pytest.mark.parametrize("package", [ours, aws])
def test_updates_of_the_execution_have_an_id_of_the_moment(package: Any) -> None:
    before = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    succeed = package.OperationUpdate.create_execution_succeed("p")
    fail = package.OperationUpdate.create_execution_fail(package.ErrorObject.from_message("m"))
    after = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    assert {(update.to_dict()["Type"], update.to_dict()["Action"]) for update in (succeed, fail)} == {
        ("EXECUTION", "SUCCEED"),
        ("EXECUTION", "FAIL"),
    }
    for update in (succeed, fail):
        prefix, _, milliseconds = update.operation_id.rpartition("-")
        assert prefix == "execution-result"
        assert before <= int(milliseconds) <= after


def test_outputs_of_invocations_are_created_as_by_aws() -> None:
    for create in (
        lambda package: package.DurableExecutionInvocationOutput.create_succeeded("r"),
        lambda package: package.DurableExecutionInvocationOutput.create_pending(),
        lambda package: package.DurableExecutionInvocationOutput.create_retry(package.ErrorObject.from_message("m")),
    ):
        assert plain(create(ours)) == plain(create(aws))
        assert create(ours).to_dict() == create(aws).to_dict()


# Errors


class Custom(Exception):
    pass


def raised(exceptions: Any) -> list[BaseException]:
    class OwnSerDesError(exceptions.SerDesError):  # type: ignore[misc, name-defined]
        pass

    return [
        ValueError("v"),
        KeyError("k"),
        Custom(),
        Custom(1, 2),
        exceptions.StepError("m", "T", "d", ["l"]),
        exceptions.StepError(),
        exceptions.CallbackTimeoutError("m"),
        exceptions.SerDesError("m", data="d"),
        OwnSerDesError("m", "T"),
        exceptions.ExecutionError("m"),
        exceptions.InvocationError("m"),
        exceptions.NonDeterministicExecutionError("m", "id"),
        exceptions.ValidationError("m"),
        exceptions.SuspendExecution("m"),
        exceptions.OrphanedChildException("m", "id"),
    ]


def test_exceptions_are_recorded_as_by_aws() -> None:
    mine = [ours.ErrorObject.from_exception(error).to_dict() for error in raised(our_exceptions)]
    assert mine == [aws.ErrorObject.from_exception(error).to_dict() for error in raised(aws_exceptions)]
    assert {error["ErrorType"] for error in mine} >= {
        "ValueError",
        f"{__name__}.Custom",
        "aws_durable_execution_sdk_python.exceptions.StepError",
    }


def raised_again(package: Any, exceptions: Any, error_class: str, data: dict[str, Any]) -> Any:
    try:
        package.ErrorObject.from_dict(data).raise_as_operation_error(getattr(exceptions, error_class))
    except Exception as error:
        return [
            (type(part).__name__, part.message, part.error_type, part.data, part.stack_trace)  # type: ignore[attr-defined]
            for part in (error, error.__cause__)
        ]


@pytest.mark.parametrize("error_class", ["StepError", "InvokeError", "ChildContextError", "CallbackExternalError"])
@pytest.mark.parametrize(
    "error_type",
    [None, "", "ValueError", *(f"aws_durable_execution_sdk_python.exceptions.{name}" for name in (
        "StepError", "SerDesError", "CallbackError", "DurableOperationError", "ValidationError"
    )), "aws_durable_execution_sdk_python.concurrency.models.BatchCompletionError"],
)  # fmt: skip
def test_recorded_errors_are_raised_as_by_aws(error_class: str, error_type: str | None) -> None:
    for rest in ({}, {"ErrorMessage": "m", "ErrorData": "d", "StackTrace": ["l"]}):
        data = {"ErrorType": error_type, **rest}
        mine = raised_again(ours, our_exceptions, error_class, data)
        assert mine == raised_again(aws, aws_exceptions, error_class, data)
        assert mine is not None


@pytest.mark.parametrize("error_type", ["ValueError", "aws_durable_execution_sdk_python.exceptions.InvokeError"])
def test_recorded_errors_are_rebuilt_as_by_aws(error_type: str) -> None:
    mine, theirs = (
        package.ErrorObject("m", error_type, "d", None).to_durable_operation_error() for package in (ours, aws)
    )
    assert (type(mine).__name__, vars(mine)) == (type(theirs).__name__, vars(theirs))


# What dataclasses can do


def test_operations_can_be_compared_copied_and_pickled() -> None:
    operation = ours.Operation.from_dict(
        {"Id": "a", "Type": "STEP", "Status": "FAILED", "StepDetails": {"Error": {"ErrorMessage": "m"}}}
    )
    assert pickle.loads(pickle.dumps(operation)) == operation == copy.deepcopy(operation)
    assert hash(copy.copy(operation)) == hash(operation)
    assert "StepDetails(attempt=0" in repr(operation)
