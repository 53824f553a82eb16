"""`durable-run serve`: a URL that programs take for Lambda."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.cli.workspace import opened, registered
from durable_runtime.service.errors import ResourceNotFoundException
from durable_runtime.service.functions import Function
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.remote import RemoteHost

from tests.runtime.cli.commands import Folder, kill, until


@contextmanager
def serving(folder: Folder, *arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process, and its port."""
    process = folder.begin("serve", "--port", "0", *arguments, **environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.match(r"http://\S+?:(\d+) is served .* AWS_ENDPOINT_URL_LAMBDA=http://\S+:\1 ", line)
        assert match is not None, line or process.communicate()[1]
        yield process, int(match[1])
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def invoked(port: int, function: str, event: Any, **headers: str) -> tuple[int, Any]:
    return asked(port, "POST", f"/2015-03-31/functions/{function}/invocations", event, **headers)


@pytest.mark.parametrize("more", [(), ("--workers", "1")])
def test_functions_are_invoked(folder: Folder, more: tuple[str, ...]) -> None:
    folder.write("plain.py", "def double(event, context):\n    return 2 * event\n")
    functions = ("--function", "greet=greeting:handler", "--plain-function", "double=plain:double")
    with serving(folder, *functions, "--skip-time", *more) as (process, port):
        assert invoked(port, "greet", {"name": "Ada"}) == (200, {"greeting": "hello Ada"})
        assert invoked(port, "double", 21) == (200, 42)
        ended = kill(process, signal.SIGINT)
    assert (ended.status, ended.output) == (0, "")
    assert "unfinished executions go on" in ended.errors
    assert "Traceback" not in ended.errors


def test_unfinished_executions_go_on_when_it_is_served_again(folder: Folder) -> None:
    event = {"X-Amz-Invocation-Type": "Event", "X-Amz-Durable-Execution-Name": "going"}
    with serving(folder, "--function", "greet=greeting:handler") as (process, port):
        assert invoked(port, "greet", {}, **event)[0] == 202
        until(lambda: '"WAIT"' in json.dumps(folder.run("show", "going", "--json").value))
        assert kill(process, signal.SIGTERM).status == 0
    assert folder.run("list", "--json").value[0]["Status"] == "RUNNING"
    with serving(folder, "--skip-time"):
        until(lambda: folder.run("list", "--json").value[0]["Status"] == "SUCCEEDED")


def test_callbacks_keep_their_time_when_all_else_is_skipped(folder: Folder) -> None:
    folder.write(
        "patient.py",
        "from durable_runtime import durable_execution\n"
        "from durable_runtime.config import CallbackConfig, Duration\n\n\n"
        "@durable_execution\n"
        "def handler(event, context):\n"
        "    context.wait(Duration.from_hours(1))\n"
        "    callback = context.create_callback('ask', CallbackConfig(timeout=Duration.from_hours(1)))\n"
        "    context.wait(Duration.from_minutes(1))\n"
        "    return callback.result()\n",
    )
    event = {"X-Amz-Invocation-Type": "Event", "X-Amz-Durable-Execution-Name": "asking"}
    with serving(folder, "--function", "ask=patient:handler", "--skip-time") as (_, port):
        invoked(port, "ask", {}, **event)
        until(
            lambda: json.dumps(folder.run("show", "asking", "--json").value).count('"ScheduledEndTimestamp"') == 2, 30
        )
        assert folder.run("callback", "asking/ask", "succeed", "--result", "yes").status == 0
        until(lambda: folder.run("list", "--json").value[0]["Status"] == "SUCCEEDED")


def test_token_is_asked_for(folder: Folder) -> None:
    functions = ("--function", "greet=greeting:handler", "--skip-time", "--host", "0.0.0.0")
    with serving(folder, *functions, DURABLE_RUN_TOKEN="t0ken") as (_, port):
        assert invoked(port, "greet", {})[0] == 403
        assert invoked(port, "greet", {}, Authorization="Bearer t0ken") == (200, {"greeting": "hello nobody"})
        assert asked(port, "GET", "/health") == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to serve: name a function with --function"),
        (("--function", "greet=nowhere:handler"), "there is no module 'nowhere'"),
        (("--function", "greet=greeting:handler", "--host", "0.0.0.0"), "give one with --token or DURABLE_RUN_TOKEN"),
        (("--function", "greet=greeting:handler", "--token", "a b"), "visible ASCII"),
        (("--function", "greet=greeting:handler", "--host", "203.0.113.7", "--token", "t"), "cannot listen at 203"),
        (("--remote", "greet=greeting:handler"), "is no URL: write NAME=http://host:port"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_one_line(folder: Folder, arguments: tuple[str, ...], said: str) -> None:
    ended = folder.run("serve", "--port", "0", *arguments)
    assert ended.status == 2
    assert said in " ".join(ended.errors.split())
    assert "Traceback" not in ended.errors


def test_remote_functions_are_left_to_who_serves_them(tmp_path: Path) -> None:
    """Other commands have no server that a handler elsewhere could report to."""
    path = tmp_path / "runtime.db"
    registered(path, [Function("far", "http://127.0.0.1:9")])
    with opened(path) as engine, pytest.raises(ResourceNotFoundException):
        engine.start("far")
    with opened(path, host=RemoteHost(InProcessHost())) as engine:
        assert engine.get(engine.start("far")).status == "RUNNING"
