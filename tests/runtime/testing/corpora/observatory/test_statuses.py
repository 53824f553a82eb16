"""Statuses of executions and of operations in the same words, as the documentation's tests have them."""

import pytest
import steps
from aws_durable_execution_sdk_python_testing import InvocationStatus


@pytest.mark.durable_execution(handler=steps.add_up, lambda_function_name="add_up")
def test_finds_a_step(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"night": "any"}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.get_step("add_magnitudes").status is InvocationStatus.SUCCEEDED


@pytest.mark.durable_execution(handler=steps.count_photons, lambda_function_name="count_photons")
def test_succeeds_in_the_end(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=30)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.get_step("catch_photon").status is InvocationStatus.SUCCEEDED
