"""What `verify` takes, and what its verdict says, also of executions that end in unusual ways."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from durable_runtime import DurableContext, durable_execution
from durable_runtime.service.functions import FunctionLoadError
from durable_runtime.testing import effect
from durable_runtime.testing.marked import DurableRunner
from durable_runtime.testing.verifier import ReplayError, verify

from tests.runtime.testing.verifier.programs import peculiar, steady, unsteady

FEW = 3


@durable_execution
def here(event: Any, context: DurableContext) -> Any:
    return context.step(lambda _: event, name="here")


def test_a_callback_that_nobody_completes_is_named() -> None:
    verdict = verify(peculiar.waits_for_nobody, most_replays=FEW)
    assert verdict.passed
    assert verdict.status == "RUNNING"
    assert "waits for the callback 'approval', which nobody completes" in str(verdict)
    assert verify(peculiar.waits_for_nobody, callbacks={"approval": "yes"}, most_replays=FEW).status == "SUCCEEDED"


def test_a_process_that_dies_on_replay_is_a_finding() -> None:
    verdict = verify(peculiar.dies_on_replay, most_replays=FEW)
    assert [finding.kind for finding in verdict.findings] == ["crash"]
    assert "ends with Runtime.ExitError on replay" in str(verdict)


@pytest.mark.long
def test_an_invocation_that_hangs_on_replay_is_a_finding() -> None:
    verdict = verify(peculiar.hangs_on_replay, most_replays=FEW, timeout=1)
    assert [finding.kind for finding in verdict.findings] == ["crash"]
    assert "Sandbox.Timedout" in str(verdict)


def test_a_failure_that_is_the_same_every_time_is_no_finding() -> None:
    verdict = verify(peculiar.never_begins, most_replays=FEW)
    assert verdict.passed
    assert verdict.status == "FAILED"
    assert "The execution failed: KeyError: 'missing'" in str(verdict)


def test_an_execution_that_the_sdk_ends_is_a_finding() -> None:
    verdict = verify(peculiar.asks_a_context_inside_a_step, most_replays=FEW)
    assert not verdict.passed
    assert "context.step('inner') was called inside the function of step 'outer'" in str(verdict)


@pytest.mark.long
def test_a_step_that_cannot_run_twice_is_a_finding(tmp_path: Path) -> None:
    verdict = verify(peculiar.does_not_bear_crashes, {"folder": str(tmp_path)})
    assert [finding.kind for finding in verdict.findings] == ["crash"], str(verdict)
    assert "fails when its process is killed" in str(verdict)
    assert "File exists" in str(verdict)


def test_what_handlers_print_is_kept_out(capfd: pytest.CaptureFixture[str]) -> None:
    assert verify(peculiar.prints, most_replays=1).passed
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


def test_a_verdict_raises_and_becomes_json() -> None:
    verdict = verify(unsteady.effect_outside, most_replays=FEW)
    with pytest.raises(ReplayError, match="'charge'"):
        verdict.raise_if_failed()
    data = json.loads(json.dumps(verdict.to_dict()))
    assert data["passed"] is False
    assert data["findings"][0]["line"] == verdict.findings[0].place.line  # type: ignore[union-attr]
    passed = verify(steady.nothing, most_replays=1)
    passed.raise_if_failed()
    assert passed.to_dict()["findings"] == []


def test_a_handler_of_a_test_module_is_found_by_other_processes() -> None:
    verdict = verify(here, {"order": 1}, most_replays=1)
    assert verdict.passed
    assert verdict.operations == 1


def test_a_handler_in_a_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / "orders.py"
    file.write_text(
        "from durable_runtime import durable_execution\n"
        "import random\n"
        "@durable_execution\n"
        "def handler(event, context):\n"
        "    return context.step(lambda _: 1, name=str(random.random()))\n"
    )
    verdict = verify(f"{file}::handler", most_replays=FEW)
    assert [finding.place and finding.place.line for finding in verdict.findings] == [5]


def test_a_local_handler_is_refused() -> None:
    @durable_execution
    def local(event: Any, context: DurableContext) -> Any:
        return 1

    with pytest.raises(FunctionLoadError, match="define it at the top level of a module"):
        verify(local)


def test_nothing_changes_in_this_process() -> None:
    before = (os.urandom, random.Random.seed, dict(os.environ), list(sys.path))
    verify(steady.nothing, most_replays=1)
    assert (os.urandom, random.Random.seed, dict(os.environ), list(sys.path)) == before


def test_an_effect_is_nothing_outside_of_the_verifier() -> None:
    effect("charge", object())


def test_the_runner_of_tests_verifies_with_the_functions_that_it_knows() -> None:
    with DurableRunner(steady.invokes) as runner:
        runner.register_durable_function("double", steady.double)
        runner.register_function("echo", steady.echo)
        verdict = runner.verify(input={}, most_replays=FEW)
        assert runner.run({}).status.value == "SUCCEEDED"
    assert verdict.passed
    assert verdict.status == "SUCCEEDED"
    assert verdict.operations == 2
