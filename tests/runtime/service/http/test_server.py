"""HTTP as such: what is malformed, too large, cut short or unending must harm nobody."""

from __future__ import annotations

import errno
import http.client
import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from durable_runtime.service.engine import Engine
from durable_runtime.service.http import server as server_module
from durable_runtime.service.http.messages import LARGEST_HEAD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.service.engines import PATIENCE
from tests.runtime.service.http.served import HOST, Served, at_once, echo, model, serve

ARN = "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Aorders%3A%24LATEST%2Fdurable-execution%2Fa%2Fb"
EXECUTION = f"/2025-12-01/durable-executions/{ARN}"
EXECUTIONS = "/2025-12-01/functions/orders/durable-executions"
INVOKE = "/2015-03-31/functions/echo/invocations"


def lines(*texts: str, body: bytes = b"") -> bytes:
    """A request of these lines."""
    return "\r\n".join([*texts, "", ""]).encode("latin-1") + body


def told(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the first response among these bytes."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    first, *others = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in others)}
    return int(first.split()[1]), headers, rest[: int(headers.get("content-length", 0))]


def healthy(served: Served) -> bool:
    return served.request("GET", "/health") == (200, b'{"status":"ok"}')


# Requests that mean nothing


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/", 404, "UnknownOperationException"),
        ("GET", "/2025-12-01/durable-executions", 404, "UnknownOperationException"),
        ("GET", f"{EXECUTION}/", 404, "UnknownOperationException"),
        ("GET", "/2015-03-31/functions/a/b/invocations", 404, "UnknownOperationException"),
        ("GET", "/../etc/passwd", 404, "UnknownOperationException"),
        ("GET", "/2025-12-01/functions//durable-executions", 404, "UnknownOperationException"),
        ("PUT", EXECUTION, 405, "MethodNotAllowedException"),
        ("GET", f"{EXECUTION}/stop", 405, "MethodNotAllowedException"),
        ("GET", INVOKE, 405, "MethodNotAllowedException"),
        ("POST", "/health", 405, "MethodNotAllowedException"),
        ("GET", f"{EXECUTION}/state", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTION}/history?MaxItems=-1", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTION}/history?MaxItems=%D9%A3", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTION}/history?MaxItems=", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTION}?IncludeExecutionData=perhaps", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTION}?{'&'.join('a' * 99)}", 400, "InvalidParameterValueException"),
        ("GET", "/2025-12-01/durable-executions/%FF%00", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTIONS}?Statuses=DONE", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTIONS}?StartedAfter=now", 400, "InvalidParameterValueException"),
        ("GET", f"{EXECUTIONS}?StartedAfter=0001-01-01T00:00%2B23:00", 400, "InvalidParameterValueException"),
        ("POST", f"{INVOKE}?{'&'.join('a' * 99)}", 400, "InvalidParameterValueException"),
    ],
)  # fmt: skip
def test_requests_that_mean_nothing(served: Served, method: str, path: str, status: int, error: str) -> None:
    answer = told(served.send(lines(f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Content-Length: 0")))
    assert (answer[0], answer[1]["x-amzn-errortype"]) == (status, error)
    body = json.loads(answer[2])
    assert body["Type"] == "User"
    assert body.get("Message") or body.get("message")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"a"', b"\xff\xfe", b'{"CheckpointToken": 7}', b'{"CheckpointToken": null}', b"{}", b"",
     b'{"CheckpointToken": "YQ==", "Updates": {}}', b'{"CheckpointToken": "\\ud800"}', b"[" * 100_000, b"1" * 10_000,
     b'{"CheckpointToken": "YQ==", "Updates": [NaN]}', b'{"CheckpointToken": "YQ==", "ClientToken": 1}'],
)  # fmt: skip
def test_malformed_bodies_are_refused(served: Served, body: bytes) -> None:
    status, answer = served.request("POST", f"{EXECUTION}/checkpoint", body)
    assert status == 400
    assert json.loads(answer)["message"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health\r\n\r\n", 400),
        (b"GET /health HTTP/2.0\r\n\r\n", 400),
        (b"GET http://127.0.0.1/health HTTP/1.1\r\n\r\n", 400),
        (b"get /health HTTP/1.1\r\n\r\n", 400),
        (b"GET  /health HTTP/1.1\r\n\r\n", 400),
        (b"GET /he\x00alth HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n folded\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\nY: b\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: 9999999999999999\r\n\r\n", 400),
        (b"POST /health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"GET /health HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD + b"\r\n\r\n", 400),
        (b"x" * (LARGEST_HEAD + 5), 400),
    ],
)
def test_what_is_no_http_is_refused_and_hung_up_on(served: Served, request_: bytes, status: int) -> None:
    answer = served.send(request_ + lines("GET /health HTTP/1.1", f"Host: {HOST}"))
    assert told(answer)[0] == status
    assert told(answer)[1]["connection"] == "close"
    assert answer.count(b"HTTP/1.1 ") == 1


def test_head_has_no_body(served: Served) -> None:
    answer = served.send(lines("HEAD /health HTTP/1.1", f"Host: {HOST}"))
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.endswith(b"\r\n\r\n")


def test_arn_and_callback_may_come_as_they_are(served: Served) -> None:
    arn = served.engine.start("orders", '{"amount": 1}')
    served.engine.run(arn, timeout=PATIENCE)
    status, body = served.request("GET", f"/2025-12-01/durable-executions/{arn}/history?MaxItems=1")
    assert (status, len(json.loads(body)["Events"])) == (200, 1)
    assert served.request("POST", "/2025-12-01/durable-execution-callbacks/a/b+c=/heartbeat")[0] == 404


# Bodies


@pytest.mark.parametrize(
    ("path", "size"),
    [(INVOKE, 6_291_457), (f"{EXECUTION}/pause", 6_291_457), (f"{EXECUTION}/checkpoint", 25_165_825)],
)
def test_too_large_bodies_are_read_and_refused(served: Served, path: str, size: int) -> None:
    status, body = served.request("POST", path, b" " * size)
    assert status == 413
    assert str(size) in json.loads(body)["message"]


def test_connection_goes_on_after_a_refused_body(served: Served) -> None:
    connection = http.client.HTTPConnection(HOST, served.server.port, timeout=PATIENCE)
    for path, size, status in ((INVOKE, 6_291_457, 413), ("/nowhere", 100_000, 404), (INVOKE, 0, 200)):
        connection.request("POST", path, b" " * size)
        answer = connection.getresponse()
        assert answer.status == status
        answer.read()
    connection.close()


def test_endless_bodies_are_not_waited_for(served: Served) -> None:
    with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
        connection.sendall(lines(f"POST {INVOKE} HTTP/1.1", f"Host: {HOST}", "Content-Length: 999999999999"))
        assert told(connection.recv(65_536))[0] == 413
        assert connection.recv(1) == b""


def test_refusal_is_read_by_a_client_that_goes_on_sending(served: Served) -> None:
    with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 65_536)
        assert told(connection.recv(65_536))[0] == 400
        assert connection.recv(1) == b""


def test_client_that_asks_first_is_told_to_go_on_or_not(served: Served) -> None:
    for length, answer in ((4, b"HTTP/1.1 100 Continue\r\n\r\n"), (6_291_457, b"HTTP/1.1 413 ")):
        with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
            head = lines(
                f"POST {INVOKE} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {length}", "Expect: 100-continue"
            )
            connection.sendall(head)
            assert connection.recv(65_536).startswith(answer)
            if length == 4:
                connection.sendall(b"true")
                assert json.loads(told(connection.recv(65_536))[2])["event"] is True


# Connections


def test_requests_follow_each_other_in_one_connection(served: Served) -> None:
    ask = lines(f"POST {INVOKE} HTTP/1.1", f"Host: {HOST}", "Content-Length: 1")
    last = lines("GET /health HTTP/1.1", f"Host: {HOST}", "Connection: close")
    with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
        connection.sendall(ask + b"1" + ask + b"2" + last + b"garbage")
        answers = b""
        while data := connection.recv(65_536):
            answers += data
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.index(b'"event": 1') < answers.index(b'"event": 2') < answers.index(b'"status":"ok"')


def test_bytes_may_come_one_by_one(served: Served) -> None:
    with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in lines(f"POST {INVOKE} HTTP/1.0", f"Host: {HOST}", "Content-Length: 2", body=b"12"):
            connection.send(bytes([byte]))
        status, headers, body = told(connection.recv(65_536))
        assert (status, headers["connection"], json.loads(body)["event"]) == (200, "close", 12)


def test_silent_connections_hold_up_nobody_and_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "CONNECTIONS", 20)
    monkeypatch.setattr(server_module, "_SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.2)
    with serve(plain=(echo,)) as few:
        silent = [socket.create_connection((HOST, few.server.port), timeout=PATIENCE) for _ in range(30)]
        for connection in silent[1:]:
            connection.sendall(b"GET /hea")
        assert healthy(few)
        for connection in silent:
            assert connection.recv(1) == b""
            connection.close()


def test_a_head_that_drips_does_not_keep_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.3)
    with serve(plain=(echo,)) as patient, socket.create_connection((HOST, patient.server.port)) as connection:
        connection.settimeout(0.02)
        connection.sendall(b"GET /")
        for _ in range(int(PATIENCE / 0.02)):
            try:
                assert connection.recv(1) == b""
                break
            except TimeoutError:
                connection.sendall(b"x")
            except ConnectionError:
                break
        else:
            raise AssertionError("it is still open")


class Exhausted:
    """A listening socket for which the system has no descriptor the first time."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.tried = 0

    def accept(self) -> Any:
        self.tried += 1
        if self.tried == 1:
            raise OSError(errno.EMFILE, "Too many open files")
        return self._listener.accept()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


def test_server_survives_a_lack_of_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Exhausted] = []
    listen = server_module._listen

    def exhausted(host: str, port: int) -> Any:
        made.append(Exhausted(listen(host, port)))
        return made[0]

    monkeypatch.setattr(server_module, "_listen", exhausted)
    monkeypatch.setattr(server_module, "_FULL_SECONDS", 0.05)
    with serve(plain=(echo,)) as short:
        assert healthy(short)
    assert made[0].tried == 2


def test_a_hundred_clients_are_answered(served: Served) -> None:
    def work(number: int) -> Any:
        answers = [served.request("POST", INVOKE, str(number).encode()) for _ in range(3)]
        return [json.loads(body)["event"] for _, body in answers]

    assert at_once(100, work) == [[number] * 3 for number in range(100)]


def test_slow_readers_get_all(served: Served) -> None:
    text = "x" * 6_000_000
    with socket.create_connection((HOST, served.server.port), timeout=PATIENCE) as connection:
        body = json.dumps(text).encode()
        connection.sendall(lines(f"POST {INVOKE} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}") + body)
        assert healthy(served)
        answer = b""
        while len(answer) < 6_000_000 or not answer.endswith(b"}"):
            answer += connection.recv(65_536)
        assert json.loads(told(answer)[2])["event"] == text


# Failures


@pytest.fixture
def broken(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server whose engine has a defect."""

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail of the engine")

    monkeypatch.setattr(Engine, "resolve", fail)
    yield served


def test_defects_become_a_service_exception(broken: Served, caplog: pytest.LogCaptureFixture) -> None:
    code, status, message = broken.refused("Invoke", FunctionName="echo")
    assert (code, status) == ("ServiceException", 500)
    assert "secret" not in message
    assert "secret detail of the engine" in caplog.text


# Anything at all

_PATHS = st.sampled_from([model().operation_model(name).http["requestUri"] for name in model().operation_names])
_FRAGMENTS = st.sampled_from(
    [
        *(b"\r\n", b"\r\n\r\n", b"GET ", b"POST ", b" HTTP/1.1", b"Host: 127.0.0.1", b"Content-Length: 5"),
        *(b"Expect: 100-continue", EXECUTION.encode(), INVOKE.encode(), b"/health", b"?", b"&", b"=", b"%", b":"),
        *(b"{", b"}", b'"Updates"', b"\x16\x03\x01", lines(f"POST {INVOKE} HTTP/1.1", f"Host: {HOST}")),
    ]
)
_SOUP = st.lists(st.one_of(_FRAGMENTS, st.binary(max_size=20)), max_size=30).map(b"".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=_SOUP)
def test_any_bytes_are_answered_or_hung_up_on(served: Served, caplog: pytest.LogCaptureFixture, data: bytes) -> None:
    answer = served.send(data)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 2", b"HTTP/1.1 100"))
    assert b"Traceback" not in answer
    assert caplog.text == ""
    assert healthy(served)


_KEYS = st.sampled_from(["Updates", "CheckpointToken", "Id", "Type", "Action", "Reason", "ErrorMessage"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["STEP", "YQ=="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)
_QUERIES = st.dictionaries(
    st.sampled_from(["MaxItems", "Marker", "Statuses", "StartedAfter", "CheckpointToken", "Qualifier", "ReverseOrder"]),
    st.text(st.characters(max_codepoint=255), max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=_PATHS,
    part=st.one_of(st.sampled_from([ARN, "orders", "YQ=="]), st.text(max_size=10)),
    query=_QUERIES,
    body=st.one_of(_VALUES.map(lambda value: json.dumps(value).encode()), st.binary(max_size=30)),
)
def test_any_request_is_answered_in_the_shapes_of_the_api(
    served: Served,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    part: str,
    query: dict[str, str],
    body: bytes,
) -> None:
    target = re.sub(r"\{.*?\}", lambda _: quote(part, safe="%"), path) + (f"?{urlencode(query)}" if query else "")
    status, answer = served.request(method, target, body)
    assert status in (200, 202, 400, 404, 405, 409)
    if status >= 400:
        assert json.loads(answer)["Type"] == "User"
    assert caplog.text == ""
