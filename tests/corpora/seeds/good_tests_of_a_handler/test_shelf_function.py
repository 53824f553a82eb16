"""Tests with the testing SDK's marker: its name looks like the decorator, and is none."""

import pytest
from aws_durable_execution_sdk_python_testing import InvocationStatus
from shelf_function import handler


@pytest.mark.durable_execution(
    handler=handler,
    lambda_function_name="shelf_function",
)
def test_counts(durable_runner):
    """The function succeeds with the number of letters."""
    with durable_runner:
        result = durable_runner.run(input={"shelf": "northwest"}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED

    assert result.result == 9


@pytest.mark.durable_execution(
    handler=handler,
    lambda_function_name="shelf_function",
)
def test_step_result(durable_runner):
    """A step is found by its name."""
    with durable_runner:
        result = durable_runner.run(input={"shelf": "northwest"}, timeout=10)

    counted = result.get_step("count_books")
    assert counted.result == 9

    assert counted.status is InvocationStatus.SUCCEEDED


@pytest.mark.durable_execution(
    handler=handler,
    lambda_function_name="shelf_function",
)
def test_retries(durable_runner):
    """Retries end in success."""
    with durable_runner:
        result = durable_runner.run(input={}, timeout=30)

    assert result.status is InvocationStatus.SUCCEEDED

    counted = result.get_step("count_books")
    assert counted.status is InvocationStatus.SUCCEEDED


@pytest.mark.durable_execution(
    handler=handler,
    lambda_function_name="shelf_function",
)
def test_failure(durable_runner):
    """An error of the step fails the execution."""
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.status is InvocationStatus.FAILED

    assert "KeyError" in str(result.error)
