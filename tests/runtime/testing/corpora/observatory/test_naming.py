"""Tests of ``naming``."""

import naming
import pytest


@pytest.mark.durable_execution(handler=naming.publish_schedule, lambda_function_name="publish_schedule")
def test_steps_are_found_by_what_they_do(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"night": "2031-03-07"}, timeout=10)

    assert result.get_step("check_schedule").result == {
        "night": "2031-03-07",
        "observer": "Vera Cepheid",
        "checked": True,
    }
    assert result.result == {"notice": "posted for Vera Cepheid"}


@pytest.mark.durable_execution(handler=naming.hand_over_dome, lambda_function_name="hand_over_dome")
def test_names_tell_kinds_apart(durable_runner):
    with durable_runner:
        arn = durable_runner.run_async(input={}, timeout=10)
        durable_runner.send_callback_success(durable_runner.wait_for_callback(arn), b"here they are")
        result = durable_runner.wait_for_result(arn)

    assert result.value == "here they are"
    rotation = result.get_wait("dome_rotation_wait")
    assert (rotation.scheduled_end_timestamp - rotation.start_timestamp).total_seconds() == 45
    assert result.get_step("park_telescope").result.value == "parked"
    assert result.get_callback("keys_callback").result == "here they are"


@pytest.mark.durable_execution(handler=naming.develop_plates, lambda_function_name="develop_plates")
def test_names_in_a_loop_carry_what_varies(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"plates": [{"id": "p8"}, {"id": "p9"}]}, timeout=10)

    assert [step.name for step in result.operations] == ["develop_plate_0_p8", "develop_plate_1_p9"]
    assert result.result == ["p8 developed", "p9 developed"]
