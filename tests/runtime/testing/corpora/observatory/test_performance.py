"""Tests of ``performance``."""

import performance
import pytest
from aws_durable_execution_sdk_python.execution import InvocationStatus


@pytest.mark.durable_execution(handler=performance.reduce_night, lambda_function_name="reduce_night")
def test_records_where_it_lies_not_what_it_is(durable_runner):
    performance.vault["night-1"] = b"cba" * 500_000
    with durable_runner:
        result = durable_runner.run(input={"key": "night-1"}, timeout=10)

    assert result.result == {"stacked": "night-1-stacked"}
    assert result.get_step("stack_frames").result == '"night-1-stacked"'
    assert performance.vault["night-1-stacked"].startswith(b"aaa")


@pytest.mark.durable_execution(handler=performance.measure_field, lambda_function_name="measure_field")
def test_measures_in_batches(durable_runner):
    stars = [{"flux": 3 * number, "area": 2} for number in range(60)]
    with durable_runner:
        result = durable_runner.run(input={"stars": stars}, timeout=10)

    assert [step.name for step in result.operations] == ["measure_stars_0", "measure_stars_1", "measure_stars_2"]
    assert result.result == [1.5 * number for number in range(60)]


@pytest.mark.durable_execution(handler=performance.survey_site, lambda_function_name="survey_site")
def test_reads_instruments_side_by_side(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"site": "summit"}, timeout=10)

    assert result.result == {"seeing": 0.7, "moon": "new", "wind": 4}
    branches = result.get_context("read_instruments").child_operations
    assert sorted(branch.child_operations[0].name for branch in branches) == ["read_moon", "read_seeing", "read_wind"]


@pytest.mark.durable_execution(handler=performance.cool_camera, lambda_function_name="cool_camera")
def test_waits_for_what_takes_time(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"camera": "ccd-2"}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.result == {"camera": "ccd-2", "kelvin": 150}
    cooling = result.get_wait("cooling_wait")
    assert (cooling.end_timestamp - cooling.start_timestamp).total_seconds() >= 40 * 60
