"""Tests of ``mistakes``."""

import mistakes
import pytest
import weather_service
from aws_durable_execution_sdk_python.execution import InvocationStatus


@pytest.mark.durable_execution(handler=mistakes.count_frames, lambda_function_name="count_frames")
def test_state_goes_from_step_to_step(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.get_step("add_first_frame").result == {"frames": 1}
    assert result.result == {"frames": 2}


@pytest.mark.durable_execution(handler=mistakes.open_dome, lambda_function_name="open_dome")
def test_what_belongs_together_has_a_context_of_its_own(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.result == {"kelvin": 277}
    settled = result.get_context("settle_mirror")
    assert settled.get_wait("thermal_wait").status.value == "SUCCEEDED"
    assert settled.get_step("read_thermometer").result == 277
    assert settled.result == 277


@pytest.mark.durable_execution(handler=mistakes.ask_astronomer, lambda_function_name="ask_astronomer")
def test_nobody_answers(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.result == {"state": "no answer", "go": False}


@pytest.mark.durable_execution(handler=mistakes.ask_astronomer, lambda_function_name="ask_astronomer")
def test_somebody_answers(durable_runner):
    with durable_runner:
        arn = durable_runner.run_async(input={}, timeout=10)
        durable_runner.send_callback_success(durable_runner.wait_for_callback(arn), b'{"go": true}')
        result = durable_runner.wait_for_result(arn)

    assert result.result == {"state": "answered", "go": True}


@pytest.mark.durable_execution(handler=mistakes.judge_target, lambda_function_name="judge_target")
def test_one_step_for_one_computation(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"height": 45, "pressure": 750}, timeout=10)

    assert len(result.operations) == 1
    assert result.result == {"airmass": 1.5}


@pytest.mark.durable_execution(handler=mistakes.watch_sky, lambda_function_name="watch_sky")
def test_what_passes_is_tried_again(durable_runner):
    weather_service.answers[:] = [weather_service.Timeout(), weather_service.Timeout(), {"sky": "hazy"}]
    with durable_runner:
        result = durable_runner.run(input={"station": "summit"}, timeout=10)

    assert result.result == {"station": "summit", "sky": "hazy"}
    assert result.get_step("fetch_sky").attempt == 3


@pytest.mark.durable_execution(handler=mistakes.watch_sky, lambda_function_name="watch_sky")
def test_what_stays_is_not(durable_runner):
    weather_service.answers[:] = [weather_service.Refused(403)]
    with durable_runner:
        result = durable_runner.run(input={"station": "summit"}, timeout=10)

    assert result.status is InvocationStatus.FAILED
    assert "refused with status 403" in str(result.error)
    assert result.get_step("fetch_sky").attempt == 1
