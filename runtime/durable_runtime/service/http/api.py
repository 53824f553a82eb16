"""The API of an engine over HTTP: finds the operation that a request means, and has it answered."""

from __future__ import annotations

import re
from functools import partial
from types import TracebackType
from typing import Final
from urllib.parse import unquote

from durable_runtime.service.engine import Engine
from durable_runtime.service.http import invoke
from durable_runtime.service.http.access import Access
from durable_runtime.service.http.answers import answer
from durable_runtime.service.http.exchange import Exchange, Task
from durable_runtime.service.http.invoke import Invoking
from durable_runtime.service.http.messages import Head
from durable_runtime.service.http.operations import LARGEST_BODY, OPERATIONS, Operation, pattern
from durable_runtime.service.http.parameters import arguments
from durable_runtime.service.http.refusals import MethodNotAllowedException, UnknownOperationException
from durable_runtime.service.http.server import Server

_HEALTH: Final = "/health"
_INVOKE: Final = pattern(invoke.PATH)
_PATTERNS: Final = [(operation, pattern(operation.path)) for operation in OPERATIONS]


class ApiServer:
    """Answers Lambda's durable API, Invoke, and `GET /health` for an engine, which others drive.

    Args:
        engine: closed by whoever made it, after the server.
        host: where to listen; by default this machine alone can reach it.
        port: 0 for any free one.
        token: what requests must carry; needed if `host` is not a loopback address.

    Raises:
        ValueError: a token is needed, or cannot be one.
        OSError: the address cannot be bound.
    """

    def __init__(self, engine: Engine, host: str = "127.0.0.1", port: int = 0, *, token: str | None = None) -> None:
        self._engine = engine
        self._access = Access(host, token)
        self._server = Server(self._admit, host, port)
        self._invoking = Invoking(engine)
        self.port = self._server.port
        """Where it listens."""

    def __enter__(self) -> ApiServer:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._invoking.close()
        self._server.close()

    def _admit(self, head: Head) -> Task:
        self._access.check(head, needs_token=head.path != _HEALTH)
        if head.path == _HEALTH:
            _require(head, {"GET"})
            return Task(0, lambda exchange: exchange.reply(answer({"status": "ok"})))
        if (match := _INVOKE.fullmatch(head.path)) is not None:
            _require(head, {"POST"})
            function = unquote(match["FunctionName"])
            return Task(LARGEST_BODY, lambda exchange: self._invoking.invoke(exchange, function))
        found = [(operation, match) for operation, each in _PATTERNS if (match := each.fullmatch(head.path))]
        if not found:
            raise UnknownOperationException(f"There is no operation at {head.path}")
        _require(head, {operation.method for operation, _ in found})
        operation, match = next(each for each in found if each[0].method == head.method)
        return Task(operation.largest_body, partial(self._answer, operation, match))

    def _answer(self, operation: Operation, match: re.Match[str], exchange: Exchange) -> None:
        path = {name: unquote(value) for name, value in match.groupdict().items()}
        given = arguments(operation.parameters, path, exchange.head.query, exchange.body)
        exchange.reply(operation.answer(self._engine, given))


def _require(head: Head, methods: set[str]) -> None:
    if head.method not in methods:
        raise MethodNotAllowedException(f"{head.method} is not permitted here, only {' and '.join(sorted(methods))}")
