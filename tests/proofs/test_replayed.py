"""The proofs' own machinery: it lets a sound program pass, and sees each way in which one can be wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.proofs import replayed
from tests.proofs.processes import Processes
from tests.proofs.proof import findings_in, what_is_wrong
from tests.proofs.replayed import Run, World, run
from tests.proofs.table import PROOFS
from tests.proofs.verdict import Specification, misbehaviour

HERE = Path(__file__).parent

BEGINNING = """
import os
import sys

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from ledger import did, saw


def fail(step_context):
    raise ValueError("out of paper")


@durable_execution
def handler(event: dict, context: DurableContext):
    context.step(lambda _: did("begin"), name="begin")
"""
SPECIFIED = Specification("done", ("begin",))
EMPTY = World()


def executed(body: str, folder: Path, processes: Processes, world: World = EMPTY) -> Run:
    """The execution of a handler that goes on after its first step with some lines."""
    shutil.copy(HERE / "ledger.py", folder)
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    (folder / "handler.py").write_text(BEGINNING + lines, encoding="utf-8")
    return run(folder, {}, world, processes)


def test_a_sound_program_behaves(tmp_path: Path, processes: Processes) -> None:
    folder = tmp_path / "trip"
    shutil.copytree(HERE / "programs" / "behaves", folder)
    shutil.copy(HERE / "ledger.py", folder)
    assert findings_in(folder) == []
    execution = run(folder, {"tours": ["reef", "volcano"]}, World({"answer_callback": "yes"}), processes)
    booked = ("flight", "hotel", "reef", "volcano")
    specified = Specification(
        {"booked": [f"{what} booked" for what in booked], "answer": "yes"},
        ("make a reference", *(f"book {what}" for what in booked)),
    )
    assert misbehaviour(execution, specified) == []
    # Killed after 5 steps, 4 contexts, a wait and a callback, and suspended twice.
    assert execution.invocations >= 13


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("return 'almost done'", "the result is 'almost done' instead of 'done'"),
        ("context.step(fail, name='print')", "the execution failed: "),
        ("raise KeyError('paper')", "the execution failed: KeyError: 'paper'"),
        ("os._exit(1)", "the execution failed: Replay: the process ended"),
        ("sys.exit()", "the execution failed: "),
        ("while True: context.wait(Duration.from_seconds(1))", "the execution failed: Replay: the execution comes to"),
        ("did('begin')\nreturn 'done'", "the effects are ('begin', 'begin') instead of ('begin',)"),
        (
            "did('print')\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'",
            "invocation 3 did again: print",
        ),
        ("saw('process', os.getpid())\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'", "process was "),
        ("saw('salt', hash('a'))\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'", "salt was "),
        (
            "import time\ntime.sleep(0.01)\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'",
            "invocation 3 slept again: 0.01 s in handler",
        ),
        ("print('hello')\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'", "invocation 3 wrote again: hello"),
        ("context.step(lambda _: 1, name=str(os.getpid()))\nreturn 'done'", "NonDeterministicExecutionError"),
    ],
)
def test_what_is_wrong_is_seen(body: str, complaint: str, tmp_path: Path, processes: Processes) -> None:
    wrong = misbehaviour(executed(body, tmp_path, processes), SPECIFIED)
    assert any(complaint in sentence for sentence in wrong), wrong


def test_an_invocation_that_hangs_is_seen(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replayed, "_LONGEST", 0.3)
    execution = executed("while True: pass", tmp_path, processes)
    assert execution.error == "Replay: the invocation comes to no end"


def test_what_may_happen_is_not_held_against_a_program(tmp_path: Path, processes: Processes) -> None:
    body = """
saw("event", event)
context.wait(Duration.from_hours(1))
saw("event", event)
return "done"
"""
    assert misbehaviour(executed(body, tmp_path, processes), SPECIFIED) == []


@pytest.mark.parametrize(("keeps_processes", "count"), [(False, 3), (True, 2)])
def test_a_process_that_is_kept_resumes_what_it_has_suspended(
    keeps_processes: bool, count: int, tmp_path: Path, processes: Processes
) -> None:
    body = "saw('process', os.getpid())\ncontext.wait(Duration.from_seconds(1))\nreturn 'done'"
    execution = executed(body, tmp_path, processes, World(keeps_processes=keeps_processes))
    assert execution.result == "done"
    # The process that starts the wait is killed, the next one suspends, and the execution is resumed.
    used = [entry.value for entry in execution.entries if entry.kind == "saw"]
    assert len(used) == 3
    assert len(set(used)) == count


def test_a_fix_that_changes_nothing_proves_nothing(tmp_path: Path, processes: Processes) -> None:
    for proof in PROOFS[:3]:
        assert what_is_wrong(proof, proof.copied_to(tmp_path), processes) != []
