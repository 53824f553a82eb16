"""The test runners for deployed functions take the server for Lambda: AWS's own, and ours."""

from __future__ import annotations

from typing import Any

import pytest
from aws_durable_execution_sdk_python_testing import DurableFunctionCloudTestRunner as AwsRunner
from durable_runtime.testing.cloud import DurableFunctionCloudTestRunner as OurRunner

from tests.runtime.service.http.served import Served


@pytest.fixture(params=[AwsRunner, OurRunner], ids=["aws", "ours"])
def runner_of(request: pytest.FixtureRequest, served: Served, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a runner for a function of the server."""
    for name, value in (("AWS_ACCESS_KEY_ID", "local"), ("AWS_SECRET_ACCESS_KEY", "local")):
        monkeypatch.setenv(name, value)

    def make(function: str) -> Any:
        return request.param(function_name=function, region="us-west-2", lambda_endpoint=served.url, poll_interval=0.01)

    return make


def test_runs_a_function(runner_of: Any) -> None:
    result = runner_of("orders").run(input={"amount": 9}, timeout=20)
    assert (result.status.value, result.result) == ("SUCCEEDED", "9")
    assert result.get_step("pay").result == "9"
    assert result.get_wait("ship").scheduled_end_timestamp > result.get_wait("ship").start_timestamp


def test_shows_a_failure(runner_of: Any) -> None:
    result = runner_of("failing").run(input={}, timeout=20)
    assert (result.status.value, result.error.message, result.error.type) == ("FAILED", "no such order", "ValueError")


def test_completes_a_callback(runner_of: Any) -> None:
    runner = runner_of("patient")
    arn = runner.run_async(input={}, timeout=20)
    callback = runner.wait_for_callback(arn, "approve", timeout=20)
    runner.send_callback_heartbeat(callback)
    runner.send_callback_success(callback, b"yes")
    assert runner.wait_for_result(arn, timeout=20).result == '"yes"'
