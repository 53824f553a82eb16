"""What is shown of executions, and what somebody outside does to them."""

from __future__ import annotations

import pytest

from tests.runtime.cli.commands import Folder


@pytest.fixture
def greeted(folder: Folder) -> Folder:
    """A folder in which one execution has ended."""
    assert folder.run("run", "greeting:handler", "--name", "greeted-1", "--skip-time").status == 0
    return folder


def test_list_shows_name_status_and_function(greeted: Folder) -> None:
    line = greeted.run("list").output
    assert line.split()[:3] == ["greeted-1", "SUCCEEDED", "greeting"]
    assert greeted.run("list", "--status", "failed").output == ""


def test_show_has_operations_input_and_result(greeted: Folder) -> None:
    shown = greeted.run("show", "greeted").output
    for part in ("step read_name succeeded", "wait cooling_wait succeeded after 1 h", 'result  {"greeting"'):
        assert part in shown
    described = greeted.run("show", "greeted-1", "--json").value
    assert [operation["Type"] for operation in described["Operations"]] == ["EXECUTION", "STEP", "WAIT"]


def test_history_is_told_and_given_as_json(greeted: Folder) -> None:
    assert "wait 'cooling_wait' succeeded" in greeted.run("history", "greeted-1").output
    events = greeted.run("history", "greeted-1", "--json").value["Events"]
    assert [event["EventType"] for event in events] == [
        "ExecutionStarted",
        "StepStarted",
        "StepSucceeded",
        "WaitStarted",
        "InvocationCompleted",
        "WaitSucceeded",
        "InvocationCompleted",
        "ExecutionSucceeded",
    ]


def test_delete_removes_what_is_over(greeted: Folder) -> None:
    assert greeted.run("delete", "greeted-1").status == 0
    assert greeted.run("list").output == ""
    assert greeted.run("delete", "greeted-1").status == 2


def test_stop_ends_what_runs(folder: Folder) -> None:
    folder.run("run", "asking:handler", "--name", "ask-1")
    assert folder.run("delete", "ask-1").status == 2
    assert folder.run("stop", "ask-1", "--error", "not needed").status == 0
    assert folder.run("list", "--json").value[0]["Status"] == "STOPPED"
    assert folder.run("delete", "--all-ended").status == 0


def test_failed_callback_reaches_the_handler(folder: Folder) -> None:
    asked = folder.run("run", "asking:handler", "--name", "ask-1")
    assert "waiting for an answer: durable-run callback ask-1/approval succeed --result JSON" in asked.errors
    assert folder.run("callback", "ask-1/approval", "heartbeat").status == 0
    failed = folder.run("callback", "ask-1/approval", "fail", "--error", "the budget is spent", "--error-type", "No")
    assert failed.status == 0
    ended = folder.run("resume")
    assert (ended.status, ended.value["Error"]["ErrorMessage"]) == (1, "the budget is spent")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "nowhere:handler"), "there is no module 'nowhere'"),
        (("run", "greeting:handlr"), "did you mean 'handler'?"),
        (("run", "missing.py::handler"), "missing.py"),
        (("run", "greeting"), "names no handler"),
        (("run", "greeting:handler", "--event", "broken.json"), "broken.json, line 2, column 1: not JSON"),
        (("run", "greeting:handler", "--event", "latin.json"), "latin.json, byte 1: not UTF-8"),
        (("run", "greeting:handler", "--event", "nan.json"), "nan.json: not JSON (NaN is no number of JSON)"),
        (("run", "greeting:handler", "--event", "deep.json"), "deep.json: not JSON (maximum recursion depth"),
        (("run", "greeting:handler", "--name", "Jürgen"), "'--name': write 1 to 64 letters"),
        (("run", "greeting:handler", "--function", "other=nowhere:handler"), "there is no module 'nowhere'"),
        (("run", "::"), "'::' names no handler"),
        (("run", "greeting:handler", "--function", "greet"), "write NAME=package.module:handler"),
        (("run", "greeting:handler", "--store", "greeting.py"), "greeting.py cannot be used as a store"),
        (("list", "--store", "none.db"), "there is no store none.db"),
        (("show", "nothing", "--store", "empty.db"), "there is no execution 'nothing'"),
        (("callback", "nonsense", "succeed", "--store", "empty.db"), "nonsense"),
        (("callback", "x", "fail", "--result", "1"), "--result goes with succeed, not with fail"),
        (("delete",), "name one execution, or say --all-ended"),
        (("run", "greeting:handler", "--execution-timeout", "0"), "--execution-timeout"),
    ],
)
def test_wrong_use_is_told_in_one_line(folder: Folder, arguments: tuple[str, ...], said: str) -> None:
    folder.write("broken.json", "{\n")
    folder.write("nan.json", "[NaN]")
    folder.write("deep.json", "[" * 100_000)
    (folder.path / "latin.json").write_bytes(b'"\xfc"')
    folder.run("start", "greeting:handler", "--store", "empty.db")
    ended = folder.run(*arguments)
    assert ended.status == 2
    assert said in ended.errors
    assert "Traceback" not in ended.errors
    assert ended.output == ""
