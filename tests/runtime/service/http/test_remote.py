"""Handlers elsewhere: they are invoked over HTTP, and report over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.clock import VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Function, Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.protocol import Crashed, Invocation, Outcome, Returned
from durable_runtime.service.hosts.remote import RemoteHost
from durable_runtime.service.http.api import ApiServer
from durable_runtime.service.store.memory import MemoryStore

from tests.runtime.service.engines import PATIENCE
from tests.runtime.service.http.served import HOST, Served, callback_of, client_of

ROOT = Path(__file__).parents[4]


@contextmanager
def endpoint(url: str) -> Iterator[str]:
    """A process that calls handlers, which report to this URL."""
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'runtime'}",
        "AWS_ENDPOINT_URL_LAMBDA": url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-west-2",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runtime.service.http.endpoint"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield f"http://{HOST}:{process.stdout.readline().strip()}"
    finally:
        process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def remote() -> Iterator[Served]:
    """A server whose functions are in another process, one for each SDK."""
    functions = Functions()
    engine = Engine(MemoryStore(), VirtualClock(), functions, RemoteHost(InProcessHost()))
    driver = threading.Thread(target=engine.serve_forever, daemon=True)
    with ApiServer(engine) as server, endpoint(f"http://{HOST}:{server.port}") as url:
        for name in ("ours", "aws"):
            functions.register(name, url)
        driver.start()
        yield Served(engine, server, client_of(f"http://{HOST}:{server.port}"))
        engine.close()
    driver.join(PATIENCE)


@pytest.mark.parametrize("name", ["ours", "aws"])
def test_handler_in_another_process_reports_through_boto3(remote: Served, name: str) -> None:
    arn = remote.ask("Invoke", FunctionName=name, Payload='{"amount": 4, "steps": 3}', InvocationType="Event")[
        "DurableExecutionArn"
    ]
    remote.ask("SendDurableExecutionCallbackSuccess", CallbackId=callback_of(remote, arn), Result=b"yes")
    view = remote.engine.wait_for(arn, lambda view: view.ended, timeout=PATIENCE)
    assert view.status == "SUCCEEDED", view.error
    assert json.loads(view.result or "") == {"paid": [4, 5, 6], "told": "yes"}
    steps = [each["Name"] for each in view.operations if each["Type"] == "STEP"]
    assert steps == ["pay-0", "pay-1", "pay-2"]
    events = remote.ask("GetDurableExecutionHistory", DurableExecutionArn=arn)["Events"]
    assert [each["EventType"] for each in events].count("InvocationCompleted") == 3


# What endpoints answer


def invoked(target: str, event: Any = 1) -> Outcome:
    """The outcome of one invocation of a plain function behind a URL."""
    ended = threading.Event()
    outcomes: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        outcomes.append(outcome)
        ended.set()

    host = RemoteHost(InProcessHost())
    function = Function("f", target, durable=False)
    host.invoke(Invocation("r-1", function, event, "arn:f", PATIENCE, "blue"), None, done)  # type: ignore[arg-type]
    assert ended.wait(PATIENCE)
    host.close()
    return outcomes[0]


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """An endpoint that gives one answer, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                request = b""
                while not request.endswith(b"\r\n\r\n1"):
                    request += client.recv(65_536)
                asked.append(request)
                client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}", asked
        thread.join(PATIENCE)


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (response(b'{"a": 1}'), Returned('{"a": 1}')),
        (response(b"null"), Returned("null")),
        (
            response(b'{"errorMessage": "no", "errorType": "ValueError", "requestId": "1", "stackTrace": ["a"]}'),
            Crashed({"ErrorMessage": "no", "ErrorType": "ValueError", "StackTrace": ["a"]}),
        ),
        (response(b'{"errorMessage": "no", "errorType": "E", "mine": 1}'),
         Returned('{"errorMessage": "no", "errorType": "E", "mine": 1}')),
        (response(b'"why"', "200 OK", "X-Amz-Function-Error: Unhandled"), Crashed({"ErrorMessage": '"why"'})),
        (response(b"no JSON"), "Runtime.MarshalError"),
        (response(b"\xff"), "Runtime.MarshalError"),
        (response(b"busy", "503 Service Unavailable"), "Runtime.EndpointError"),
        (b"what?\r\n\r\n", "Runtime.EndpointError"),
        (b"", "Runtime.EndpointError"),
    ],
)  # fmt: skip
def test_answers_of_endpoints(answer: bytes, outcome: Outcome | str) -> None:
    with answering(answer) as (url, asked):
        got = invoked(url)
        assert (got.error["ErrorType"] if isinstance(got, Crashed) and isinstance(outcome, str) else got) == outcome
        if isinstance(outcome, str):
            assert url in got.error["ErrorMessage"]  # type: ignore[union-attr]
    assert asked[0].startswith(b"POST /2015-03-31/functions/f/invocations HTTP/1.1\r\n")
    assert b"\r\nX-Amz-Tenant-Id: blue\r\n" in asked[0]


def test_path_of_the_url_is_kept() -> None:
    with answering(response(b"1")) as (url, asked):
        invoked(f"{url}/2015-03-31/functions/function/invocations")
    assert asked[0].startswith(b"POST /2015-03-31/functions/function/invocations HTTP/1.1\r\n")


def test_endpoint_that_is_not_there() -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    got = invoked(f"http://{HOST}:{port}")
    assert isinstance(got, Crashed)
    assert (got.error["ErrorType"], got.final) == ("Runtime.EndpointError", False)


def test_abandoned_invocation_ends() -> None:
    host = RemoteHost(InProcessHost())
    ended = threading.Event()
    with socket.create_server((HOST, 0)) as listener:
        function = Function("f", f"http://{HOST}:{listener.getsockname()[1]}", durable=False)
        invocation = Invocation("r-2", function, 1, "arn:f", PATIENCE)
        host.invoke(invocation, None, lambda _: ended.set())  # type: ignore[arg-type]
        client, _ = listener.accept()
        with client:
            client.recv(65_536)
            host.abandon("r-2")
            assert ended.wait(PATIENCE)
    host.close()
