"""What fails, each in its own way."""

import pytest
from aws_durable_execution_sdk_python.execution import InvocationStatus
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner
from post_office import deliver, stamp

pytestmark = pytest.mark.durable_execution(handler=stamp, lambda_function_name="stamp_letter")


def test_wrong_value(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"letter": "x" * 45})
    assert result.result == {"stamps": 3, "seals": 2}


def test_runner_of_its_own():
    with DurableFunctionTestRunner(stamp) as runner:
        runner.run({"letter": "a"})
        runner.run({"letter": "b"}, function_name="other")
    raise AssertionError("not stamped by hand")


@pytest.mark.durable_execution(handler=deliver)
def test_still_waiting(durable_runner):
    arn = durable_runner.run_async({})
    assert durable_runner.wait_for_callback(arn, name="signature") is None


def test_wrong_status(durable_runner):
    assert durable_runner.run({"letter": "a"}).get_step("weigh").status is InvocationStatus.SUCCEEDED


def test_wrong_text(durable_runner):
    assert durable_runner.run({"letter": "a"}).get_step("weigh").result == "one"


@pytest.mark.durable_execution(handler=deliver)
def test_value_for_text(durable_runner):
    arn = durable_runner.run_async({})
    durable_runner.send_callback_success(durable_runner.wait_for_callback(arn), b"Kim")
    assert durable_runner.wait_for_result(arn).result == "signed by Kim"
