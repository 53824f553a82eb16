"""A folder for each test of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.commands import Folder

GREETING = """
from durable_runtime import durable_execution
from durable_runtime.config import Duration


@durable_execution
def handler(event, context):
    name = context.step(lambda _: event.get("name", "nobody"), name="read_name")
    context.wait(Duration.from_hours(1), name="cooling_wait")
    return {"greeting": f"hello {name}"}
"""

ASKING = """
import json

from durable_runtime import durable_execution


@durable_execution
def handler(event, context):
    answer = context.wait_for_callback(lambda callback_id, _: None, name="approval")
    return {"answer": json.loads(answer)}
"""

LASTING = """
import pathlib
import time

from durable_runtime import durable_execution

DONE = pathlib.Path("done.txt")


def note(line):
    with DONE.open("a") as file:
        file.write(line + "\\n")


@durable_execution
def handler(event, context):
    context.step(lambda _: note("first"), name="first_note")
    context.step(lambda _: pathlib.Path("go").exists() or time.sleep(600), name="long_work")
    context.step(lambda _: note("last"), name="last_note")
    return "done"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with a handler that waits an hour, one that waits for a callback, and one that takes its time."""
    made = Folder(tmp_path)
    made.write("greeting.py", GREETING)
    made.write("asking.py", ASKING)
    made.write("lasting.py", LASTING)
    return made
