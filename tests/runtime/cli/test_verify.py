"""`durable-run verify`."""

from __future__ import annotations

import json

import pytest

from tests.runtime.cli.commands import Folder

UNSTEADY = """
import random

from durable_runtime import durable_execution


@durable_execution
def handler(event, context):
    if not event:
        raise ValueError("no event")
    return context.step(lambda _: 1, name=f"{event['prefix']} {random.random()}")
"""

UNDER_AWSS_NAME = """
from aws_durable_execution_sdk_python import durable_execution


@durable_execution
def handler(event, context):
    assert durable_execution.__module__.startswith("durable_runtime")
    answer = context.wait_for_callback(lambda callback_id, _: None, name="approval")
    return context.invoke("double", {"number": 3}, name="double") + len(answer)
"""

DOUBLE = """
def handler(event, context):
    return event["number"] * 2
"""


def test_passes_and_fails_with_an_exit_status(folder: Folder) -> None:
    passed = folder.run("verify", "greeting.py::handler", "--most-replays", "2")
    assert passed.status == 0, passed.errors
    assert passed.output.startswith("Verification passed")
    folder.write("unsteady.py", UNSTEADY)
    failed = folder.run(
        "verify", "unsteady:handler", "--event", "-", "--most-replays", "2", "--json", stdin='{"prefix": "book"}'
    )
    assert failed.status == 1, failed.errors
    [finding] = failed.value["findings"]
    assert (finding["file"], finding["line"], finding["kind"]) == ("unsteady.py", 11, "identity")
    assert "Random numbers decide it" in finding["text"]


def test_callbacks_functions_and_awss_names(folder: Folder) -> None:
    folder.write("under_awss_name.py", UNDER_AWSS_NAME)
    folder.write("double.py", DOUBLE)
    ended = folder.run(
        "verify",
        "under_awss_name:handler",
        *("--sdk", "runtime", "--callback", 'approval="yes"', "--plain-function", "double=double.py::handler"),
        *("--most-replays", "2", "--json"),
    )
    assert ended.status == 0, ended.output + ended.errors
    assert ended.value["status"] == "SUCCEEDED"
    assert ended.value["operations"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere:handler"], "there is no module 'nowhere'"),
        (["greeting:handle"], "did you mean 'handler'?"),
        (["greeting:handler", "--callback", "approval"], "write NAME=JSON"),
        (["greeting:handler", "--callback", "approval=yes"], "is not JSON"),
        (["greeting:handler", "--function", "double"], "write NAME=package.module:handler"),
    ],
)
def test_mistakes_are_one_line(folder: Folder, arguments: list[str], message: str) -> None:
    ended = folder.run("verify", *arguments)
    assert ended.status == 2
    assert message in ended.errors
    assert "Traceback" not in ended.errors


def test_the_verdict_is_the_same_again(folder: Folder) -> None:
    folder.write("unsteady.py", UNSTEADY)
    folder.write("event.json", json.dumps({"prefix": "book"}))
    arguments = ("verify", "unsteady:handler", "--event", "event.json", "--most-replays", "2", "--seed", "5")
    assert folder.run(*arguments).output == folder.run(*arguments).output
