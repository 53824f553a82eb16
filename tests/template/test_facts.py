"""What the rules say of Lambda and of the SDK, tried on botocore's model, on the SDK and on its test runner."""

from __future__ import annotations

import pytest
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.exceptions import ExecutionError
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner
from botocore.session import get_session

from durable_lint.knowledge.durations import durations
from durable_lint.template.terms import CHECKPOINT, EXECUTION_TIMEOUT, GET_STATE, LONGEST_RETENTION, RETENTION

LAMBDA = get_session().get_service_model("lambda")


@pytest.mark.parametrize("operation", ["CreateFunction", "UpdateFunctionConfiguration"])
def test_bounds(operation: str) -> None:
    members = LAMBDA.operation_model(operation).input_shape.members["DurableConfig"].members
    bounds = {
        name: (members[name].metadata["min"], members[name].metadata["max"]) for name in (EXECUTION_TIMEOUT, RETENTION)
    }
    assert bounds == {EXECUTION_TIMEOUT: (1, durations().longest_execution), RETENTION: (1, LONGEST_RETENTION)}


def test_actions_are_operations() -> None:
    assert {action.partition(":")[2] for action in (CHECKPOINT, GET_STATE)} <= set(LAMBDA.operation_names)


def test_a_durable_handler_refuses_an_ordinary_event() -> None:
    @durable_execution
    def handler(event, context):
        raise AssertionError("not reached")

    with pytest.raises(ExecutionError, match="Unexpected payload provided to start the durable execution"):
        handler({"invoice": "A1"}, object())


def test_what_an_ordinary_handler_answers_fails_the_execution() -> None:
    def handler(event, context):
        return {"statusCode": 200}

    with DurableFunctionTestRunner(handler=handler) as runner:
        result = runner.run(input="{}")
    assert result.status.name == "FAILED"
    assert "not a valid InvocationStatus" in result.error.message
