"""Processes die and others go on: nothing acknowledged is lost, nothing that may run once runs twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.clock import RealClock
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.crashing import ROUNDS
from tests.runtime.service.engines import PATIENCE, engine

ROOT = Path(__file__).parents[3]


@contextmanager
def process(module: str, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs a module of these tests."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", f"tests.runtime.service.{module}", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT, **options
    ) as made:
        try:
            yield made
        finally:
            made.kill()


def check(outcome: dict[str, Any]) -> None:
    """Whether all effects of an execution of `careful` happened as often as they may."""
    assert outcome["status"] == "SUCCEEDED"
    log, result = outcome["log"], outcome["result"]
    assert len(result) == 2 * ROUNDS
    for n in range(ROUNDS):
        once, again = result[2 * n : 2 * n + 2]
        assert again == f"again-{n}"
        assert 1 <= log.count(again) <= 1 + outcome.get("deaths", 1)
        if once == f"once-{n}":
            assert log.count(once) == 1
        else:
            assert once == f"interrupted-{n}: StepError"
            assert log.count(f"once-{n}") <= 1
    assert outcome["event_ids"] == list(range(1, len(outcome["event_ids"]) + 1))
    types = outcome["event_types"]
    assert types.count("ExecutionSucceeded") == 1
    assert types.count("WaitStarted") == types.count("WaitSucceeded") == ROUNDS
    assert types.count("StepStarted") == types.count("StepSucceeded") + types.count("StepFailed")


def test_survives_a_kill_at_any_commit(tmp_path: Path) -> None:
    with process("crashing", str(tmp_path)) as crashing:
        output, _ = crashing.communicate(timeout=4 * PATIENCE)
    assert crashing.returncode == 0
    outcomes = [json.loads(line) for line in output.splitlines()]
    assert len(outcomes) > 20
    assert outcomes[-1]["deaths"] > 3
    assert any("interrupted" in str(outcome["result"]) for outcome in outcomes)
    for outcome in outcomes:
        check(outcome)


@pytest.mark.long
def test_survives_kills_at_any_moment(tmp_path: Path) -> None:
    """Not only at commits: at whatever instruction the signal comes."""
    moments = random.Random(7)
    store, log = tmp_path / "store.db", tmp_path / "log"
    rounds, kills = 500, 12
    payload = json.dumps({"log": str(log), "rounds": rounds})
    with engine("careful", store=SqliteStore(store)) as starting:
        arn = starting.start("careful", payload, name="first")
    deaths = 0
    while True:
        with process("running", str(store)) as running:
            assert running.stdout is not None
            running.stdout.readline()
            # Short lives, so that a fast machine does not come to the end before it has died often enough.
            killer = threading.Timer(moments.uniform(0.0, 0.06) if deaths < kills else 2 * PATIENCE, running.kill)
            killer.start()
            running.wait(PATIENCE)
            killer.cancel()
        if running.returncode == 0:
            break
        assert running.returncode == -signal.SIGKILL
        deaths += 1
    assert deaths > 5
    with engine("careful", store=SqliteStore(store)) as looking:
        result = json.loads(looking.get(arn).result or "null")
    noted = log.read_text().split()
    for n in range(rounds):
        once, again = result[2 * n : 2 * n + 2]
        assert again == f"again-{n}"
        assert noted.count(again) >= 1
        assert noted.count(f"once-{n}") == 1 if once == f"once-{n}" else noted.count(f"once-{n}") <= 1


def test_timers_survive_a_restart(tmp_path: Path) -> None:
    """Neither the process that set them nor any other lives when they are due."""
    path = tmp_path / "store.db"
    with engine("about_the_process", store=SqliteStore(path), clock=RealClock()) as first:
        arn = first.start("about_the_process")
        first.wait_for(arn, lambda view: view.operations[-1]["Type"] == "WAIT", timeout=PATIENCE)
    with engine("about_the_process", store=SqliteStore(path), clock=RealClock()) as second:
        assert second.run(arn, timeout=PATIENCE).status == "SUCCEEDED"


def test_several_processes_share_the_work(tmp_path: Path) -> None:
    path, log = tmp_path / "store.db", tmp_path / "log"
    with process("serving", str(path), "threads") as one, process("serving", str(path), "threads") as other:
        for each in (one, other):
            assert each.stdout is not None
            assert each.stdout.readline() == "serving\n"
        with engine("meets", store=SqliteStore(path), clock=RealClock(), max_workers=0) as starting:
            arns = [starting.start("meets", json.dumps({"log": str(log)})) for _ in range(2)]
            views = [starting.wait_for(arn, lambda view: view.ended, timeout=PATIENCE) for arn in arns]
        assert {view.result for view in views} == {str(one.pid), str(other.pid)}
        assert sorted(log.read_text().split()) == sorted([str(one.pid), str(other.pid)])


def test_goes_on_with_what_a_dead_process_was_doing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with (
        engine("hangs_once", store=SqliteStore(path), clock=RealClock(), max_workers=0) as starting,
        process("serving", str(path), "threads") as first,
    ):
        assert first.stdout is not None
        assert first.stdout.readline() == "serving\n"
        arn = starting.start("hangs_once", json.dumps({"file": str(tmp_path / "hung")}))
        assert first.stdout.readline() == "hanging\n"
        with process("serving", str(path), "threads") as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "serving\n"
            first.kill()
            view = starting.wait_for(arn, lambda view: view.ended, timeout=PATIENCE)
        assert view.result == str(second.pid)


def test_worker_processes_end_with_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with (
        engine("hangs_once", store=SqliteStore(path), clock=RealClock(), max_workers=0) as starting,
        process("serving", str(path), "workers", stderr=subprocess.PIPE) as serving,
    ):
        assert serving.stdout is not None
        assert serving.stderr is not None
        assert serving.stdout.readline() == "serving\n"
        starting.start("hangs_once", json.dumps({"file": str(tmp_path / "hung")}))
        assert serving.stderr.readline() == "hanging\n"  # the worker's output; it holds this pipe, too
        serving.kill()
        serving.communicate(timeout=PATIENCE)  # only returns once the worker has gone
