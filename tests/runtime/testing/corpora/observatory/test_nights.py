"""Tests of ``nights``."""

import nights
import pytest
from aws_durable_execution_sdk_python.execution import InvocationStatus
from aws_durable_execution_sdk_python.lambda_service import ErrorObject


@pytest.mark.durable_execution(handler=nights.observe_request, lambda_function_name="observe_request")
def test_observes_a_request(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"number": "r-5", "hours": 1.5}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.result == {"state": "observed", "number": "r-5", "reservation": "r-5:1.5", "frame": "r-5.fits"}
    nightfall = result.get_wait("nightfall_wait")
    assert (nightfall.scheduled_end_timestamp - nightfall.start_timestamp).total_seconds() == 6 * 3600


@pytest.fixture
def loan(durable_runner):
    nights.loans.clear()
    with durable_runner:
        yield durable_runner, durable_runner.run_async(input={"eyepiece": "9 mm", "visitor": "Tycho"}, timeout=10)


@pytest.mark.durable_execution(handler=nights.lend_eyepiece, lambda_function_name="lend_eyepiece")
def test_lends_to_who_pays(loan):
    runner, arn = loan
    callback_id = runner.wait_for_callback(arn)
    assert callback_id == nights.payment_requests["Tycho"]
    runner.send_callback_success(callback_id, b'{"paid": true}')

    assert runner.wait_for_result(arn).value == "9 mm: lent"
    assert nights.loans == ["took 9 mm", "asked Tycho for a deposit", "handed 9 mm out"]


@pytest.mark.durable_execution(handler=nights.lend_eyepiece, lambda_function_name="lend_eyepiece")
def test_puts_back_when_payment_fails(loan):
    runner, arn = loan
    runner.send_callback_failure(runner.wait_for_callback(arn), ErrorObject.from_message("card refused"))

    assert runner.wait_for_result(arn).value == "9 mm: not lent"
    assert nights.loans == ["took 9 mm", "asked Tycho for a deposit", "put 9 mm back"]


@pytest.mark.durable_execution(handler=nights.lend_eyepiece, lambda_function_name="lend_eyepiece")
def test_puts_back_when_nobody_pays(loan):
    runner, arn = loan

    assert runner.wait_for_result(arn).value == "9 mm: not lent"
    assert nights.loans == ["took 9 mm", "asked Tycho for a deposit", "put 9 mm back"]
