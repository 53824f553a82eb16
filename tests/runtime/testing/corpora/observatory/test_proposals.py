"""Tests of ``proposals``."""

import proposals
import pytest
from aws_durable_execution_sdk_python.execution import InvocationStatus


@pytest.mark.durable_execution(handler=proposals.accept_proposal, lambda_function_name="accept_proposal")
def test_accepts_a_proposal(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"proposal": {"number": 12, "targets": ["M13"]}}, timeout=10)

    assert result.result == {"number": 12, "state": "accepted"}


@pytest.mark.durable_execution(handler=proposals.accept_proposal, lambda_function_name="accept_proposal")
def test_refuses_one_without_targets(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"proposal": {"number": 13, "targets": []}}, timeout=10)

    assert result.status is InvocationStatus.FAILED
    assert result.error.message == "a proposal needs a target"
    assert result.get_step("check_proposal").error.type == "ValueError"


@pytest.mark.durable_execution(handler=proposals.prepare_proposal, lambda_function_name="prepare_proposal")
def test_prepares_in_a_phase_of_its_own(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"proposal": {"number": 14, "targets": ["M92", "M13"]}}, timeout=10)

    preparation = result.get_context("preparation")
    assert [step.name for step in preparation.child_operations] == ["check_proposal", "rank_targets"]
    assert result.result == {"number": 14, "targets": ["M13", "M92"], "accepted": True}


@pytest.mark.durable_execution(handler=proposals.show_proposal, lambda_function_name="show_proposal")
def test_settings_are_shared(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"number": 15}, timeout=10)

    assert result.result == {"number": 15}
    assert result.get_step("read_proposal").attempt == 3
