"""What works."""

import time

import pytest
from aws_durable_execution_sdk_python.execution import InvocationStatus
from post_office import deliver, drift, nap, stamp, tell, told, untold

pytestmark = pytest.mark.durable_execution(handler=stamp)


@pytest.mark.durable_execution(handler=stamp, lambda_function_name="stamp_letter")
def test_runs_what_the_marker_names(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"letter": "x" * 45}, timeout=10)
    assert result.status is InvocationStatus.SUCCEEDED
    assert result.result == {"stamps": 3}


@pytest.mark.durable_execution(handler=tell, lambda_function_name="storyteller")
def test_the_function_has_the_name_of_the_marker(durable_runner):
    arn, name, event = durable_runner.run('{"a": 1}').value
    assert ":function:storyteller:$LATEST/durable-execution/execution-name/" in arn
    assert (name, event) == ("storyteller", {"a": 1})


@pytest.mark.durable_execution(handler=tell)
def test_the_function_has_its_own_name(durable_runner):
    assert durable_runner.run("no JSON").value[1:] == ["tell", "no JSON"]


@pytest.mark.durable_execution(handler=tell)
@pytest.mark.parametrize("event", [{}, {"a": [1]}, [], [1], 8, 1.5, True])
def test_any_input(durable_runner, event):
    assert durable_runner.run(event).value[2] == event


@pytest.mark.durable_execution(handler=deliver)
def test_callbacks_are_completed_by_the_test(durable_runner):
    with durable_runner:
        arn = durable_runner.run_async(input={}, timeout=10)
        callback_id = durable_runner.wait_for_callback(arn, name="signature")
        durable_runner.send_callback_heartbeat(callback_id)
        durable_runner.send_callback_success(callback_id, result=b"Kim")
        result = durable_runner.wait_for_result(arn)
    assert result.value == "signed by Kim"


@pytest.mark.durable_execution(handler=told(stamp))
def test_under_a_decorator_that_tells_what_it_wraps(durable_runner):
    assert durable_runner.run({"letter": "a"}).value == {"stamps": 1}


@pytest.mark.durable_execution(handler=untold(stamp))
def test_under_a_decorator_that_does_not(durable_runner):
    assert durable_runner.run({"letter": "a"}).value == {"stamps": 1}


def test_marker_of_the_module(durable_runner):
    assert durable_runner.run({"letter": "a"}).value == {"stamps": 1}


@pytest.mark.durable_execution(handler=deliver)
class TestDelivery:
    def test_marker_of_the_class(self, durable_runner):
        assert durable_runner.run({}).error.message == "Callback timed out"


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("SUCCEEDED", marks=pytest.mark.durable_execution(handler=stamp)),
        pytest.param("FAILED", marks=pytest.mark.durable_execution(handler=deliver)),
    ],
)
def test_marker_of_the_parameter(durable_runner, end):
    assert durable_runner.run({"letter": "a"}).status.value == end


@pytest.mark.durable_execution(handler=nap, skip_time=False)
def test_real_time_can_be_asked_for(durable_runner):
    start = time.monotonic()
    durable_runner.run({})
    assert time.monotonic() - start >= 0.9


@pytest.mark.durable_execution(handler=drift)
def test_replay_is_strict(durable_runner):
    assert durable_runner.run({}).error.type.endswith("NonDeterministicExecutionError")
