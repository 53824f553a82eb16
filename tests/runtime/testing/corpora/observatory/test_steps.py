"""Tests of ``steps``."""

import pytest
import steps
from aws_durable_execution_sdk_python.execution import InvocationStatus
from aws_durable_execution_sdk_python.lambda_service import OperationStatus


@pytest.mark.durable_execution(
    handler=steps.add_up,
    lambda_function_name="add_up",
)
def test_succeeds_with_a_result(durable_runner):
    """Look at the outcome."""
    with durable_runner:
        result = durable_runner.run(input={"night": "any"}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED

    assert result.result == 11


@pytest.mark.durable_execution(
    handler=steps.add_up,
    lambda_function_name="add_up",
)
def test_finds_a_step(durable_runner):
    """Look at one step."""
    with durable_runner:
        result = durable_runner.run(input={"night": "any"}, timeout=10)

    added = result.get_step("add_magnitudes")
    assert added.result == 11

    assert added.status is OperationStatus.SUCCEEDED


@pytest.mark.durable_execution(
    handler=steps.count_photons,
    lambda_function_name="count_photons",
)
def test_succeeds_in_the_end(durable_runner):
    """Look at a step that was tried again."""
    with durable_runner:
        result = durable_runner.run(input={}, timeout=30)

    assert result.status is InvocationStatus.SUCCEEDED

    caught = result.get_step("catch_photon")
    assert caught.status is OperationStatus.SUCCEEDED
    assert caught.attempt == 3


@pytest.mark.durable_execution(
    handler=steps.open_for_the_night,
    lambda_function_name="open_for_the_night",
)
def test_fails_with_an_error(durable_runner):
    """Look at the error."""
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.status is InvocationStatus.FAILED

    assert "RuntimeError" in str(result.error)
    assert result.get_step("open_shutter").error.type == "RuntimeError"


@pytest.mark.durable_execution(handler=steps.look_up_star, lambda_function_name="look_up_star")
def test_identifies_a_star(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"number": "HD 209458"}, timeout=10)

    assert result.result == {"number": "HD 209458", "known": True}


@pytest.mark.durable_execution(handler=steps.classify, lambda_function_name="classify")
def test_a_lambda_calls_plain_code(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"kelvin": 5800}, timeout=10)

    assert result.get_step("classify_spectrum").result.value == result.value == "G"


@pytest.mark.durable_execution(handler=steps.greet_visitors, lambda_function_name="greet_visitors")
def test_a_step_with_a_name_given(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.get_step("choose_greeting").result.value == "clear skies"
    assert result.value == "We wish you clear skies"


@pytest.mark.durable_execution(handler=steps.record_star, lambda_function_name="record_star")
def test_a_step_with_the_name_of_its_function(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.get_step("record_flux").result == {"state": "recorded", "flux": 42.5}


@pytest.mark.durable_execution(handler=steps.calibrate_frame, lambda_function_name="calibrate_frame")
def test_a_step_with_a_configuration(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"frame": "f-1"}, timeout=10)

    assert result.result == {"calibrated": "f-1"}
    assert result.get_step("calibrate").attempt == 2


@pytest.mark.durable_execution(handler=steps.tell_time, lambda_function_name="tell_time")
def test_a_step_with_backoff(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.value == "It is sidereal midnight"


@pytest.mark.durable_execution(handler=steps.count_photons, lambda_function_name="count_photons")
def test_gives_up_after_three_attempts(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"cloudy_until": 9}, timeout=10)

    assert result.status is InvocationStatus.FAILED
    assert result.get_step("catch_photon").attempt == 3
    assert result.get_step("catch_photon").error.message == "nothing to be seen"


@pytest.mark.durable_execution(handler=steps.publish_survey, lambda_function_name="publish_survey")
def test_publishes_once(durable_runner):
    steps.releases.clear()
    with durable_runner:
        result = durable_runner.run(input={"survey": "deep"}, timeout=10)

    assert result.result == {"release": "deep-dr1"}
    assert steps.releases == ["deep"]


@pytest.mark.durable_execution(handler=steps.wake_member, lambda_function_name="wake_member")
@pytest.mark.parametrize(
    ("member", "outcome", "operations"),
    [
        ("vera", {"state": "awake", "member": "vera", "rang": "555-0142"}, ["find_member", "can_be_reached", "ring"]),
        ("hermit", {"state": "asleep", "reason": "no telephone"}, ["find_member", "can_be_reached"]),
    ],
)
def test_steps_in_a_row(durable_runner, member, outcome, operations):
    with durable_runner:
        result = durable_runner.run(input={"member": member}, timeout=10)

    assert result.result == outcome
    assert [operation.name for operation in result.operations] == operations


@pytest.mark.durable_execution(handler=steps.label, lambda_function_name="label")
def test_a_step_with_several_arguments(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.value == "north/0017"


@pytest.mark.durable_execution(handler=steps.name_lambda, lambda_function_name="name_lambda")
def test_a_lambda_with_a_name(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.get_step("pick_star").result.value == "Betelgeuse"
