"""Tests of ``timeouts``."""

import pytest
import timeouts
from aws_durable_execution_sdk_python.execution import InvocationStatus


@pytest.mark.durable_execution(handler=timeouts.ask_for_override, lambda_function_name="ask_for_override")
def test_gives_the_callback_id_away(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.result == {"callback_id": result.get_callback("override_callback").callback_id}


@pytest.mark.durable_execution(handler=timeouts.survey_field, lambda_function_name="survey_field")
def test_stops_waiting_when_the_robot_falls_silent(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.result == {"frames": None}
    silence = result.get_callback("survey_callback")
    assert silence.status.value == "TIMED_OUT"
    assert 3600 <= (silence.end_timestamp - silence.start_timestamp).total_seconds() < 3700


@pytest.mark.durable_execution(handler=timeouts.survey_field, lambda_function_name="survey_field")
def test_takes_what_the_robot_sends(durable_runner):
    with durable_runner:
        arn = durable_runner.run_async(input={}, timeout=10)
        callback_id = durable_runner.wait_for_callback(arn, name="survey_callback")
        durable_runner.send_callback_heartbeat(callback_id)
        durable_runner.send_callback_success(callback_id, b"[1, 2, 3]")
        result = durable_runner.wait_for_result(arn)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.result == {"frames": "[1, 2, 3]"}


@pytest.mark.durable_execution(handler=timeouts.end_night, lambda_function_name="end_night")
def test_waits_longer_and_longer(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"sticks": 2, "busy": 4}, timeout=10)

    assert result.result == {"shutter": "closed", "archive": "booked"}
    quick, patient = result.get_step("close_shutter"), result.get_step("book_archive")
    assert 1 + 2 <= (quick.end_timestamp - quick.start_timestamp).total_seconds() < 20
    assert 10 + 20 + 40 + 60 <= (patient.end_timestamp - patient.start_timestamp).total_seconds() < 150
