"""Tests of ``design``."""

import design
import pytest
import weather_service
from aws_durable_execution_sdk_python.execution import InvocationStatus


@pytest.mark.durable_execution(handler=design.observe_target, lambda_function_name="observe_target")
def test_brings_a_target_to_its_frame(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"target": "M31", "filter": "r"}, timeout=10)

    assert result.status is InvocationStatus.SUCCEEDED
    assert result.result == {"target": "M31", "frame": "M31-0001", "state": "observed"}
    assert [operation.name for operation in result.operations] == ["check_target", "point_telescope", "take_exposure"]
    assert result.get_step("point_telescope").result == {"pointing": "M31/r"}


@pytest.mark.durable_execution(handler=design.open_night_log, lambda_function_name="open_night_log")
def test_clock_and_number_are_recorded(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={}, timeout=10)

    assert result.result == {
        "opened_at": result.get_step("read_clock").result.value,
        "number": result.get_step("draw_log_number").result.value,
    }


@pytest.mark.durable_execution(handler=design.receive_proposal, lambda_function_name="receive_proposal")
@pytest.mark.parametrize(("proposal", "complete"), [({"title": "Novae", "hours": 3}, True), ({"title": "?"}, False)])
def test_checks_a_proposal_in_a_step(durable_runner, proposal, complete):
    with durable_runner:
        result = durable_runner.run(input=proposal, timeout=10)

    assert result.result == {"complete": complete}
    assert result.get_step("is_complete").result == complete


@pytest.mark.durable_execution(handler=design.invite_observer, lambda_function_name="invite_observer")
def test_hands_what_a_step_returned_to_the_next(durable_runner):
    design.outbox.clear()
    with durable_runner:
        result = durable_runner.run(input={"badge": "b-7"}, timeout=10)

    assert result.result == {"invited": True}
    assert design.outbox == ["vera@observatory.example"]


@pytest.mark.durable_execution(handler=design.make_guide_star, lambda_function_name="make_guide_star")
def test_fires_once(durable_runner):
    design.shots.clear()
    with durable_runner:
        result = durable_runner.run(input={"watts": 20}, timeout=10)

    assert result.result == {"shot": "laser-1", "watts": 20}
    assert design.shots == [20]


@pytest.mark.durable_execution(handler=design.total_exposure, lambda_function_name="total_exposure")
def test_adds_up_exposures(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"frames": [{"seconds": 30.5}, {"seconds": 60}]}, timeout=10)

    assert result.result == 90.5


@pytest.mark.durable_execution(handler=design.plan_night, lambda_function_name="plan_night")
def test_asks_again_when_the_service_is_down(durable_runner):
    weather_service.answers[:] = [weather_service.Timeout(), weather_service.Refused(503), {"sky": "clear"}]
    with durable_runner:
        result = durable_runner.run(input={"station": "paranal"}, timeout=10)

    assert result.result == {"station": "paranal", "sky": "clear"}
    assert result.get_step("fetch_forecast").attempt == 3


@pytest.mark.durable_execution(handler=design.plan_night, lambda_function_name="plan_night")
def test_takes_no_for_an_answer(durable_runner):
    weather_service.answers[:] = [weather_service.Refused(404)]
    with durable_runner:
        result = durable_runner.run(input={"station": "atlantis"}, timeout=10)

    assert result.result == {"unknown_station": "atlantis", "status": 404}
    assert result.get_step("fetch_forecast").attempt == 1
