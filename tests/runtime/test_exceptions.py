from __future__ import annotations

import datetime as dt
import pickle
import time
from typing import Any

import aws_durable_execution_sdk_python.exceptions as aws
import durable_runtime.exceptions as ours
import pytest
from durable_runtime.exceptions import CheckpointError, DurableOperationError, StepError

RESPONSES: list[Any] = [
    {},
    {"Error": {}},
    {"Error": {"Code": "X"}, "ResponseMetadata": None},
    {"ResponseMetadata": {"HTTPStatusCode": 400}},
    *(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
        for status in (None, 200, 399, 400, 403, 429, 499, 500, 502)
        for code, message in (
            (None, None),
            ("KMSAccessDeniedException", "m"),
            ("KMSNotFoundException", None),
            ("InvalidParameterValueException", "Invalid checkpoint token"),
            ("InvalidParameterValueException", "Invalid checkpoint tokens: x"),
            ("InvalidParameterValueException", "invalid checkpoint token"),
            ("InvalidParameterValueException", None),
            ("Other", "Invalid checkpoint token"),
        )
    ),
]


class ClientError(Exception):
    def __init__(self, response: Any) -> None:
        super().__init__("failed")
        self.response = response


@pytest.mark.parametrize("name", ["BotoClientError", "CheckpointError", "GetExecutionStateError"])
@pytest.mark.parametrize("response", RESPONSES, ids=str)
def test_errors_of_the_client_are_classified_as_by_aws(name: str, response: Any) -> None:
    def facts(package: Any) -> Any:
        error = getattr(package, name).from_exception(ClientError(response))
        return (
            str(error),
            error.error,
            error.response_metadata,
            error.error_category.name,
            error.termination_reason.name,
            error.is_retryable(),
            error.build_logger_extras(),
        )

    assert facts(ours) == facts(aws)


@pytest.mark.parametrize("error", [OSError("no network"), ClientError(None)])
def test_errors_without_a_response_may_pass(error: Exception) -> None:
    assert CheckpointError.from_exception(error).is_retryable()


CONSTRUCTED: dict[str, list[tuple[Any, ...]]] = {
    "ExecutionError": [("m",)],
    "InvocationError": [("m",)],
    "NonDeterministicExecutionError": [("m",), ("m", "id")],
    "StepInterruptedError": [("m",), ("m", "id")],
    "RetryableSerDesError": [("m",)],
    "CheckpointError": [("m",)],
    "ValidationError": [("m",), ()],
    "PluginLoadError": [("m",)],
    "InvalidStateError": [("m",)],
    "DurableOperationError": [(), ("m",), ("m", "T", "d", ["l"])],
    "CallbackSubmitterError": [(), ("m", "", "d")],
    "SerDesError": [(), ("m",), ("m", "T", "d", ["l"])],
    "BackgroundThreadError": [("m", ValueError("v"))],
    "SuspendExecution": [("m",)],
    "TimedSuspendExecution": [("m", 5.5)],
    "OrderedLockError": [("m",), ("m", ValueError("v"))],
    "OrphanedChildException": [("m", "id")],
}


@pytest.mark.parametrize("name", CONSTRUCTED)
def test_errors_carry_what_those_of_aws_carry(name: str) -> None:
    for arguments in CONSTRUCTED[name]:
        mine, theirs = getattr(ours, name)(*arguments), getattr(aws, name)(*arguments)
        assert str(mine) == str(theirs)
        assert mine.args == theirs.args
        assert {key: getattr(value, "name", value) for key, value in vars(mine).items()} == {
            key: getattr(value, "name", value) for key, value in vars(theirs).items()
        }


def test_error_types_default_to_the_name_on_the_wire() -> None:
    assert StepError().error_type == "aws_durable_execution_sdk_python.exceptions.StepError"
    assert ours.SerDesError("m").error_type == "aws_durable_execution_sdk_python.exceptions.SerDesError"


@pytest.mark.parametrize("name", [name for name in vars(aws) if name.endswith("Error")] + ["ValueError", "", None])
def test_recorded_errors_are_rebuilt_as_the_class_that_aws_rebuilds(name: str | None) -> None:
    error_type = name and f"aws_durable_execution_sdk_python.exceptions.{name}"
    mine, theirs = (
        package.DurableOperationError.from_error_fields(error_type, "m", "d", ["l"]) for package in (ours, aws)
    )
    assert (type(mine).__name__, vars(mine)) == (type(theirs).__name__, vars(theirs))


def test_a_class_can_be_registered_for_rebuilding(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(DurableOperationError):
        pass

    monkeypatch.setattr(ours, "_OPERATION_ERRORS", dict(ours._OPERATION_ERRORS))
    ours.register_operation_error(Own)
    rebuilt = DurableOperationError.from_error_fields(f"{__name__}.{Own.__qualname__}", "m", None, None)
    assert type(rebuilt) is Own


def test_suspensions_are_timed_from_now_or_by_the_clock() -> None:
    before = time.time()
    delayed = ours.TimedSuspendExecution.from_delay("m", 30)
    assert before + 30 <= delayed.scheduled_timestamp <= time.time() + 30
    moment = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    assert ours.TimedSuspendExecution.from_datetime("m", moment).scheduled_timestamp == moment.timestamp()


@pytest.mark.parametrize("name", ["SuspendExecution", "BackgroundThreadError", "OrphanedChildException"])
def test_control_flow_passes_by_except_exception(name: str) -> None:
    assert not issubclass(getattr(ours, name), Exception)


def test_operation_errors_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(StepError("m", "T", "d", ["l"])))
    assert (type(error), error.message, error.error_type, error.data) == (StepError, "m", "T", "d")
