"""`LambdaClient` against botocore's model of the service."""

from __future__ import annotations

import datetime as dt
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import aws_durable_execution_sdk_python.lambda_service as aws
import boto3
import durable_runtime.lambda_service as ours
import pytest
from botocore.stub import Stubber
from durable_runtime.exceptions import CheckpointError, GetExecutionStateError

from tests.runtime.oracle import plain

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:f:1/durable-execution/name/id"
MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
OPERATION = {
    "Id": "a",
    "Type": "STEP",
    "Status": "SUCCEEDED",
    "SubType": "Step",
    "StartTimestamp": MOMENT,
    "StepDetails": {"Attempt": 1, "Result": "1"},
}


@pytest.fixture
def boto() -> Any:
    return boto3.client("lambda", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def stub(boto: Any) -> Iterator[Stubber]:
    with Stubber(boto) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize("package", [ours, aws])
@pytest.mark.parametrize("client_token", [None, "client"])
def test_a_checkpoint_is_sent_and_its_answer_read(
    boto: Any, stub: Stubber, package: Any, client_token: str | None
) -> None:
    updates = [
        {"Id": "a", "Type": "STEP", "Action": "SUCCEED", "SubType": "Step", "Payload": "1"},
        {"Id": "b", "Type": "WAIT", "Action": "START", "WaitOptions": {"WaitSeconds": 5}},
    ]
    sent: dict[str, Any] = {"DurableExecutionArn": ARN, "CheckpointToken": "t0", "Updates": updates}
    if client_token:
        sent["ClientToken"] = client_token
    answer = {"CheckpointToken": "t1", "NewExecutionState": {"Operations": [OPERATION], "NextMarker": "m"}}
    stub.add_response("checkpoint_durable_execution", answer, sent)
    output = package.LambdaClient(boto).checkpoint(
        ARN, "t0", [package.OperationUpdate.from_dict(update) for update in updates], client_token
    )
    assert output == package.CheckpointOutput(
        "t1", package.CheckpointUpdatedExecutionState([package.Operation.from_dict(OPERATION)], "m")
    )


@pytest.mark.parametrize("package", [ours, aws])
def test_the_state_is_read_by_the_page(boto: Any, stub: Stubber, package: Any) -> None:
    stub.add_response(
        "get_durable_execution_state",
        {"Operations": [OPERATION], "NextMarker": "next"},
        {"DurableExecutionArn": ARN, "CheckpointToken": "t", "Marker": "m", "MaxItems": 1000},
    )
    output = package.LambdaClient(boto).get_execution_state(ARN, "t", "m")
    assert plain(output) == plain(package.StateOutput([package.Operation.from_dict(OPERATION)], "next"))


ERRORS = [
    ("InvalidParameterValueException", "Invalid checkpoint token: stale", 400, True),
    ("InvalidParameterValueException", "STEP output payload size", 400, False),
    ("ResourceNotFoundException", "gone", 404, False),
    ("TooManyRequestsException", "slow down", 429, True),
    ("ServiceException", "oops", 500, True),
    ("KMSDisabledException", "key", 502, False),
]


@pytest.mark.parametrize(("code", "message", "status", "retryable"), ERRORS)
@pytest.mark.parametrize("package", [ours, aws])
def test_errors_of_the_service_say_whether_to_retry(
    boto: Any, stub: Stubber, caplog: pytest.LogCaptureFixture, package: Any, code: str, message: str, status: int,
    retryable: bool,
) -> None:  # fmt: skip
    caplog.set_level(logging.ERROR)
    client = package.LambdaClient(boto)
    for operation, call in (
        ("checkpoint_durable_execution", lambda: client.checkpoint(ARN, "t", [], None)),
        ("get_durable_execution_state", lambda: client.get_execution_state(ARN, "t", "")),
    ):
        stub.add_client_error(operation, code, message, http_status_code=status)
        with pytest.raises(Exception, match=message) as caught:
            call()
        error: Any = caught.value
        assert type(error).__name__ in ("CheckpointError", "GetExecutionStateError")
        assert (error.is_retryable(), error.is_retriable()) == (retryable, retryable)
        assert error.error["Code"] == code
        assert error.build_logger_extras()["ResponseMetadata"]["HTTPStatusCode"] == status
        assert error.__cause__ is None
        assert caplog.records[-1].Error["Code"] == code  # type: ignore[attr-defined]


def test_a_token_is_needed(boto: Any) -> None:
    client = ours.LambdaClient(boto)
    with pytest.raises(CheckpointError, match=r"^Cannot checkpoint without a checkpoint token\.$") as checkpoint:
        client.checkpoint(ARN, "", [], None)
    with pytest.raises(GetExecutionStateError, match=r"^Cannot get execution state without a checkpoint token\.$"):
        client.get_execution_state(ARN, "", "")
    assert checkpoint.value.is_retryable()


def test_one_boto_client_serves_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours.LambdaClient, "_cached_boto_client", None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    first, second = ours.LambdaClient.initialize_client(), ours.LambdaClient.initialize_client()
    assert first.client is second.client
    config = first.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 50)
    assert "durable-runtime/" in config.user_agent_extra


def test_without_boto3_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None\n"
        "from durable_runtime.lambda_service import LambdaClient\n"
        "try:\n    LambdaClient.initialize_client()\n"
        "except ImportError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "runtime"}, capture_output=True, text=True, timeout=60
    )
    assert "install durable-runtime[lambda]" in run.stdout, run.stderr
