"""Handlers in worker processes."""

from __future__ import annotations

import json
import queue
import threading
from pathlib import Path
from typing import Any

import pytest
from durable_runtime import DurableContext, durable_execution
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function
from durable_runtime.service.hosts.protocol import Crashed, Invocation, Outcome, Service
from durable_runtime.service.hosts.worker import WorkerHost

from tests.runtime.service.engines import HANDLERS, PATIENCE, engine, event_types


def _errors(engine: Engine, arn: str) -> list[Any]:
    """The errors of an execution's invocations."""
    events = engine.history(arn)["Events"]
    details = [event["InvocationCompletedDetails"] for event in events if "InvocationCompletedDetails" in event]
    return [detail["Error"]["Payload"] if "Error" in detail else None for detail in details]


def test_runs_an_execution_and_keeps_the_process() -> None:
    with engine("about_the_process", host=WorkerHost(1, environment={"COLOUR": "red"})) as running:
        view = running.run(running.start("about_the_process"), timeout=PATIENCE)
    result = json.loads(view.result or "null")
    assert result["first"] == result["then"]
    assert result["first"]["colour"] == "red"


def test_gives_each_invocation_a_process_and_environment_of_its_own() -> None:
    made: list[Invocation] = []

    def environment(invocation: Invocation) -> dict[str, str]:
        made.append(invocation)
        return {"COLOUR": f"colour {len(made)}", "PYTHONHASHSEED": str(len(made))}

    with engine("about_the_process", host=WorkerHost(1, environment_of=environment)) as running:
        view = running.run(running.start("about_the_process"), timeout=PATIENCE)
    result = json.loads(view.result or "null")
    assert (result["first"]["colour"], result["then"]["colour"]) == ("colour 1", "colour 2")
    assert result["first"]["hash"] != result["then"]["hash"]
    assert result["first"]["pid"] != result["then"]["pid"]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("kill", "Error: Runtime exited with error: signal: SIGKILL"),
        ("exit", "Error: Runtime exited with error: exit status 3"),
        ("quietly", "Error: Runtime exited without providing a reason"),
        ("raise", "Runtime exited with error: exit status 4"),
    ],
)
def test_invokes_again_after_the_death_of_a_process(how: str, reason: str, tmp_path: Path) -> None:
    payload = json.dumps({"how": how, "file": str(tmp_path / "died")})
    with engine("dies_once", host=WorkerHost(1)) as running:
        arn = running.start("dies_once", payload)
        view = running.run(arn, timeout=PATIENCE)
        assert (view.status, view.result) == ("SUCCEEDED", '"alive"')
        first, second = _errors(running, arn)
        assert first["ErrorType"] == "Runtime.ExitError"
        assert first["ErrorMessage"].endswith(reason)
        assert second is None
        assert event_types(running, arn).count("StepSucceeded") == 1


class _Endless(Service):
    """A state that has always one more page."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def state(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        self.asked.set()
        return {"Operations": [], "NextMarker": "more"}


@pytest.mark.parametrize("how", ["abandon", "close"])
def test_kills_the_process_of_an_invocation_that_is_given_up(how: str) -> None:
    host, service, outcomes = WorkerHost(1), _Endless(), queue.SimpleQueue[Outcome]()
    event = {
        "DurableExecutionArn": "arn",
        "CheckpointToken": "token",
        "InitialExecutionState": {"Operations": [], "NextMarker": "more"},
    }
    function = Function("steps", f"{HANDLERS}::steps")
    host.invoke(Invocation("request", function, event, "arn:function:steps", 60), service, outcomes.put)
    assert service.asked.wait(PATIENCE)
    if how == "abandon":
        host.abandon("another")
        assert outcomes.empty()
        host.abandon("request")
    else:
        host.close()
    outcome = outcomes.get(timeout=PATIENCE)
    assert isinstance(outcome, Crashed)
    assert outcome.error["ErrorMessage"].endswith("signal: SIGKILL")
    host.close()


def test_calls_a_plain_function_with_any_json() -> None:
    with engine("echo", plain=("echo",), host=WorkerHost(1)) as running:
        outcome = running.call("echo", '{"orderTimestamp": 5, "text": "ä\\ud800"}')
    assert json.loads(outcome.payload) == {  # type: ignore[union-attr]
        "event": {"orderTimestamp": 5, "text": "ä\ud800"},
        "name": "echo",
        "arn": "arn:aws:lambda:us-west-2:123456789012:function:echo:$LATEST",
    }


def test_runs_more_executions_than_processes() -> None:
    with engine("steps", host=WorkerHost(2)) as running:
        arns = [running.start("steps", '{"count": 3}') for _ in range(6)]
        assert running.run_until_idle(timeout=PATIENCE)
        assert [running.get(arn).result for arn in arns] == ["3"] * 6


def test_refuses_threads_that_a_handler_left_behind(tmp_path: Path) -> None:
    refused = tmp_path / "refused"
    host = WorkerHost(1, environment={"REFUSED": str(refused)})
    with engine("leaves_a_thread", "waits_for_a_file", host=host) as running:
        left = running.run(running.start("leaves_a_thread", '{"count": 1}'), timeout=PATIENCE)
        assert left.result == "0"
        looking = running.start("waits_for_a_file", json.dumps({"file": str(refused)}))
        result = running.run(looking, timeout=PATIENCE).result
        assert "Invalid checkpoint token" in (result or "")


def test_cannot_find_a_local_function_in_another_process() -> None:
    @durable_execution
    def local(event: Any, context: DurableContext) -> None:
        """Only this process has it."""

    with engine(local, host=WorkerHost(1)) as running:
        view = running.run(running.start("local"), timeout=PATIENCE)
    assert view.status == "FAILED"
    assert view.error == {
        "ErrorType": "Runtime.ImportModuleError",
        "ErrorMessage": "the handler of local cannot be found by a worker process: "
        "register it as package.module:attribute or path/file.py::attribute",
    }


def test_fails_at_once_if_there_is_no_such_handler() -> None:
    with engine("missing", host=WorkerHost(1)) as running:
        arn = running.start("missing")
        view = running.run(arn, timeout=PATIENCE)
        assert view.status == "FAILED"
        assert view.error is not None
        assert "has no attribute 'missing'" in view.error["ErrorMessage"]
        assert event_types(running, arn).count("InvocationCompleted") == 1
