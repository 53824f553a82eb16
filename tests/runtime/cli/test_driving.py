"""Executions begin, end, break off and go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.cli.commands import RUNTIME, Folder, kill, until


def test_run_prints_the_result_and_shows_progress(folder: Folder) -> None:
    folder.write("event.json", '{"name": "Ada"}')
    ended = folder.run("run", "greeting:handler", "--event", "event.json", "--skip-time")
    assert (ended.status, ended.value) == (0, {"greeting": "hello Ada"})
    assert "step read_name succeeded" in ended.errors
    assert "wait cooling_wait waiting until" in ended.errors


def test_event_comes_from_standard_input_or_is_empty(folder: Folder) -> None:
    piped = folder.run("run", "greeting.py::handler", "--event", "-", "--skip-time", stdin='{"name": "Grace"}')
    assert piped.value == {"greeting": "hello Grace"}
    assert folder.run("run", "greeting.py::handler", "--skip-time").value == {"greeting": "hello nobody"}


def test_shipped_examples_run(folder: Folder) -> None:
    ended = folder.run("run", "durable_runtime.examples.order:handler", "--skip-time")
    assert ended.value == {"tracking": "A-17-5/2", "parcels": ["1 x teapot", "4 x cup"]}


@pytest.mark.parametrize("workers", ["1", "3"])
def test_invocations_run_in_worker_processes(folder: Folder, workers: str) -> None:
    ended = folder.run("run", "greeting:handler", "--skip-time", "--workers", workers)
    assert (ended.status, ended.value) == (0, {"greeting": "hello nobody"})


def test_handlers_written_for_aws_run_on_request(folder: Folder) -> None:
    text = (folder.path / "greeting.py").read_text().replace("durable_runtime", "aws_durable_execution_sdk_python")
    folder.write(
        "theirs.py", text + "\nimport durable_runtime as ours\nassert durable_execution is ours.durable_execution\n"
    )
    for more in ((), ("--workers", "1")):
        ended = folder.run("run", "theirs:handler", "--sdk", "runtime", "--skip-time", *more)
        assert (ended.status, ended.value) == (0, {"greeting": "hello nobody"}), ended.errors


def test_failed_execution_ends_with_status_1_and_says_why(folder: Folder) -> None:
    folder.write(
        "failing.py",
        "from durable_runtime import durable_execution\n\n\n"
        "@durable_execution\ndef handler(event, context):\n    raise ValueError('no such order')\n",
    )
    ended = folder.run("run", "failing:handler")
    assert ended.status == 1
    assert ended.value["Error"]["ErrorMessage"] == "no such order"
    assert "failed: ValueError: no such order" in ended.errors.splitlines()[-1]


def test_same_name_and_event_is_one_execution(folder: Folder) -> None:
    arguments = ("run", "greeting:handler", "--name", "monday", "--skip-time", "--event", "-")
    for _ in range(2):
        assert folder.run(*arguments, stdin="{}").status == 0
    assert len(folder.run("list", "--json").value) == 1
    other = folder.run(*arguments, stdin='{"name": "Eve"}')
    assert other.status == 2
    assert "monday" in other.errors


def test_start_leaves_it_to_resume(folder: Folder) -> None:
    name = folder.run("start", "greeting:handler").output.strip()
    assert folder.run("list", "--json").value[0]["Status"] == "RUNNING"
    ended = folder.run("resume", name, "--skip-time")
    assert ended.value == {"greeting": "hello nobody"}
    assert "nothing is unfinished" in folder.run("resume").errors


def test_others_in_the_store_stay_where_they_are(folder: Folder) -> None:
    for name in ("one", "two"):
        folder.run("start", "greeting:handler", "--name", name)
    assert folder.run("run", "durable_runtime.examples.order:handler", "--skip-time").status == 0
    assert folder.run("resume", "two", "--skip-time").value == {"greeting": "hello nobody"}
    (left,) = folder.run("list", "--status", "running", "--json").value
    assert left["DurableExecutionName"] == "one"
    assert folder.run("history", "one", "--json").value["Events"][-1]["EventType"] == "ExecutionStarted"


def test_killed_run_is_carried_on(folder: Folder) -> None:
    process = folder.begin("run", "lasting:handler")
    until((folder.path / "done.txt").exists)
    kill(process)
    (folder.path / "go").touch()
    ended = folder.run("resume")
    assert (ended.status, ended.value) == (0, "done")
    assert (folder.path / "done.txt").read_text() == "first\nlast\n"


def test_interrupted_run_says_how_to_go_on(folder: Folder, tmp_path: Path) -> None:
    process = folder.begin("run", "lasting:handler", "--store", "elsewhere.db")
    until((folder.path / "done.txt").exists)
    ended = kill(process, signal.SIGINT)
    assert ended.status == 130
    assert "durable-run resume --store elsewhere.db carries on" in ended.errors
    assert "Traceback" not in ended.errors
    (folder.path / "go").touch()
    assert folder.run("resume", "--store", "elsewhere.db").value == "done"


def test_run_that_waits_for_somebody_outside_says_so(folder: Folder) -> None:
    waiting = folder.run("run", "asking:handler", "--name", "ask-1")
    assert waiting.status == 3
    assert "durable-run resume ask-1" in waiting.errors
    assert folder.run("callback", "ask-1/approval", "succeed", "--result", '"yes"').status == 0
    ended = folder.run("resume", "ask-1")
    assert (ended.status, ended.value) == (0, {"answer": "yes"})


def test_invoked_functions_are_named(folder: Folder) -> None:
    folder.write(
        "calling.py",
        "from durable_runtime import durable_execution\n\n\n"
        "@durable_execution\ndef handler(event, context):\n"
        "    greeting = context.invoke('greet', {'name': 'Ada'}, name='greet_call')\n"
        "    return [greeting, context.invoke('double', 21, name='double_call')]\n",
    )
    folder.write("plain.py", "def double(event, context):\n    return 2 * event\n")
    functions = ("--function", "greet=greeting:handler", "--plain-function", "double=plain:double")
    ended = folder.run("run", "calling:handler", "--skip-time", *functions)
    assert ended.value == [{"greeting": "hello Ada"}, 42], ended.errors


def test_executions_whose_code_is_broken_are_left_alone(folder: Folder) -> None:
    folder.run("start", "greeting:handler", "--name", "waits")
    text = (folder.path / "greeting.py").read_text()
    folder.write("greeting.py", "def (")
    folder.run("start", "asking:handler", "--name", "asks")
    resumed = folder.run("resume", "waits", "--skip-time")
    assert (resumed.status, resumed.output) == (2, "")
    assert "executions of 'greeting' are left alone: greeting cannot be imported: " in resumed.errors
    assert folder.run("run", "durable_runtime.examples.order:handler", "--skip-time").status == 0
    assert folder.run("list", "--status", "failed").output == ""
    folder.write("greeting.py", text)
    assert folder.run("resume", "waits", "--skip-time").value == {"greeting": "hello nobody"}


def test_code_may_move_while_an_execution_waits(folder: Folder) -> None:
    folder.run("start", "greeting.py::handler", "--name", "waits")
    (folder.path / "greeting.py").rename(folder.path / "greetings.py")
    refused = folder.run("run", "greetings.py::handler", "--function", "greeting=greetings.py::handler")
    assert refused.status == 2
    assert "durable-run resume --function greeting=" in refused.errors
    resumed = folder.run("resume", "--function", "greeting=greetings.py::handler", "--skip-time")
    assert resumed.value == {"greeting": "hello nobody"}


def test_function_may_be_another_once_its_executions_are_over(folder: Folder) -> None:
    assert folder.run("run", "greeting:handler", "--skip-time").status == 0
    assert folder.run("run", "greeting.py::handler", "--skip-time").status == 0


def test_all_that_is_unfinished_is_carried_on(folder: Folder) -> None:
    folder.write(
        "many.py",
        "from durable_runtime.service.clock import RealClock\n"
        "from durable_runtime.service.engine import Engine\n"
        "from durable_runtime.service.functions import Functions\n"
        "from durable_runtime.service.hosts.in_process import InProcessHost\n"
        "from durable_runtime.service.store.sqlite import SqliteStore\n"
        "functions = Functions()\n"
        "functions.register('greeting', 'greeting:handler')\n"
        "engine = Engine(SqliteStore('.durable/runtime.db'), RealClock(), functions, InProcessHost())\n"
        "for _ in range(101):\n"
        "    engine.start('greeting', '{}')\n"
        "engine.close()\n",
    )
    folder.run("start", "greeting:handler")
    subprocess.run(
        [sys.executable, "many.py"], cwd=folder.path, env=os.environ | {"PYTHONPATH": str(RUNTIME)}, check=True
    )
    assert folder.run("resume", "--skip-time").output.count("hello nobody") == 102


@pytest.mark.parametrize("more", [(), ("--workers", "1")])
def test_log_shows_no_frames_but_those_of_handlers(folder: Folder, more: tuple[str, ...]) -> None:
    folder.write(
        "failing.py",
        "from durable_runtime import durable_execution\n\n\n"
        "def charge(_):\n    raise ValueError('no money')\n\n\n"
        "@durable_execution\ndef handler(event, context):\n"
        "    try:\n        context.step(charge, name='charge_card')\n    except Exception:\n"
        "        return {'not', 'json'}\n",
    )
    ended = folder.run("run", "failing:handler", "--skip-time", *more)
    assert ended.status == 1
    assert "durable_runtime/" not in ended.errors
    assert 'failing.py", line 5, in charge' in ended.errors
    assert "This is the result of the handler, which has to be JSON." in ended.errors


def test_log_names_the_operation_that_is_too_large(folder: Folder) -> None:
    folder.write(
        "large.py",
        "from durable_runtime import durable_execution\n\n\n"
        "@durable_execution\ndef handler(event, context):\n"
        "    context.step(lambda _: 'x' * 2_000_000, name='read_page')\n",
    )
    ended = folder.run("run", "large:handler")
    assert ended.status == 1
    assert "SUCCEED of STEP 'read_page', about 2000" in ended.errors


def test_standard_streams_may_be_closed(folder: Folder) -> None:
    command = f"{sys.executable} -m durable_runtime run asking:handler --name asks <&- 2>&-"
    environment = os.environ | {"PYTHONPATH": str(RUNTIME)}
    assert (
        subprocess.run(command, shell=True, cwd=folder.path, env=environment, timeout=60, check=False).returncode == 3
    )


def test_what_handlers_log_is_shown_from_the_level_asked_for(folder: Folder) -> None:
    folder.write(
        "logging_handler.py",
        "from durable_runtime import durable_execution\n\n\n"
        "@durable_execution\ndef handler(event, context):\n"
        "    context.logger.info('picking %s', event.get('sku', 'cup'))\n",
    )
    for more in ((), ("--workers", "1")):
        assert "picking cup" in folder.run("run", "logging_handler:handler", *more).errors
        quiet = folder.run("run", "logging_handler:handler", "--log-level", "warning", *more)
        assert (quiet.status, quiet.errors) == (0, "")
