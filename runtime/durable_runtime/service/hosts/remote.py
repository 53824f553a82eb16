"""Invokes functions at the endpoints of others: a container with Lambda's runtime in it, or `sam local`."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlsplit

from durable_runtime.service.hosts.protocol import Crashed, Host, Invocation, Outcome, Returned, Service, crash
from durable_runtime.service.limits import SYNCHRONOUS_PAYLOAD
from durable_runtime.service.wire import with_epoch_milliseconds

_ERROR: Final = {"errorMessage": "ErrorMessage", "errorType": "ErrorType", "stackTrace": "StackTrace"}
_OF_AN_ERROR: Final = frozenset({*_ERROR, "requestId"})
_LARGEST: Final = 2 * SYNCHRONOUS_PAYLOAD
"""Bytes of an answer: a result of 6 MiB is in it as a JSON string."""
_SHOWN: Final = 200


class RemoteHost:
    """Sends the invocations of functions whose target is a URL there, as a synchronous Invoke.

    The handler gets the event as on Lambda, and records by the durable API: its process must have this engine's HTTP
    server as its AWS_ENDPOINT_URL_LAMBDA.

    Args:
        otherwise: runs all other functions; closed with this.
    """

    def __init__(self, otherwise: Host) -> None:
        self._otherwise = otherwise
        self._lock = threading.Lock()
        self._connections: dict[str, HTTPConnection] = {}

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        if not invocation.function.is_remote:
            self._otherwise.invoke(invocation, service, done)
            return
        name = f"remote-{invocation.request_id}"
        threading.Thread(target=lambda: done(self._invoke(invocation)), name=name, daemon=True).start()

    def abandon(self, request_id: str) -> None:
        with self._lock:
            connection = self._connections.get(request_id)
        if connection is None:
            self._otherwise.abandon(request_id)
        else:
            _hang_up(connection)

    def close(self) -> None:
        with self._lock:
            connections = list(self._connections.values())
        for connection in connections:
            _hang_up(connection)
        self._otherwise.close()

    def _invoke(self, invocation: Invocation) -> Outcome:
        url = str(invocation.function.target)
        connection = _connection(url, invocation.timeout)
        with self._lock:
            self._connections[invocation.request_id] = connection
        try:
            connection.request("POST", _path(url, invocation.function.name), *_request(invocation))
            response = connection.getresponse()
            return _outcome(response, response.read(_LARGEST + 1), url)
        except (OSError, HTTPException) as error:
            return crash("Runtime.EndpointError", f"{url} does not answer: {str(error) or type(error).__name__}")
        finally:
            with self._lock:
                del self._connections[invocation.request_id]
            connection.close()


def _connection(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=timeout)


def _path(url: str, name: str) -> str:
    """Where to send it: the URL's own path if it has one, else that of Invoke."""
    path = urlsplit(url).path.rstrip("/")
    return path or f"/2015-03-31/functions/{quote(name, safe='')}/invocations"


def _request(invocation: Invocation) -> tuple[bytes, Mapping[str, str]]:
    """Body and headers. Only the event of a durable function has timestamps, which are milliseconds there."""
    body = json.dumps(with_epoch_milliseconds(invocation.event) if invocation.function.durable else invocation.event)
    headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}
    if invocation.tenant_id is not None:
        headers["X-Amz-Tenant-Id"] = invocation.tenant_id
    return body.encode(), headers


def _outcome(response: HTTPResponse, body: bytes, url: str) -> Outcome:
    try:
        text = body.decode()
        value: Any = json.loads(text) if len(body) <= _LARGEST else None
    except (ValueError, RecursionError):
        text, value = repr(body[:_SHOWN]), None
    if response.status >= 300 or len(body) > _LARGEST:
        return crash("Runtime.EndpointError", f"{url} answered with status {response.status}: {text[:_SHOWN]}")
    if value is None and text.strip() != "null":
        return crash("Runtime.MarshalError", f"{url} answered with what is no JSON: {text[:_SHOWN]}")
    if response.headers.get("X-Amz-Function-Error") is not None or _is_error(value):
        told = value if isinstance(value, dict) else {}
        return Crashed({_ERROR[key]: each for key, each in told.items() if key in _ERROR} or {"ErrorMessage": text})
    return Returned(text)


def _is_error(value: Any) -> bool:
    """Whether it is how Lambda's runtime tells of an error; its emulator in containers sends no header with it."""
    return isinstance(value, dict) and {"errorMessage", "errorType"} <= value.keys() <= _OF_AN_ERROR


def _hang_up(connection: HTTPConnection) -> None:
    """End the wait of the thread that uses it."""
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
