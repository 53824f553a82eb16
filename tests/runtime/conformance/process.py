"""A handler in a process of its own, for one invocation at a time: one that can die as a Lambda can."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.runtime.conformance import logs, registry, sdks


class ExitError(Exception):
    """The process ended and left no answer."""


class RemoteService:
    """The durable API, spoken through a pipe with the process that serves it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def checkpoint(self, *arguments: Any, **named: Any) -> Any:
        return self._call("checkpoint", arguments, named)

    def get_execution_state(self, *arguments: Any, **named: Any) -> Any:
        return self._call("get_execution_state", arguments, named)

    def _call(self, *call: Any) -> Any:
        with self._lock:
            self._connection.send(call)
            return self._connection.recv()


def remote(sdk: str, suite: str, identifier: str) -> Callable[[Any, Any], Any]:
    """A handler that runs the real one elsewhere; it raises ExitError when that does not come back."""

    def handler(event: Any, context: Any) -> Any:
        here, there = multiprocessing.Pipe()
        about = SimpleNamespace(aws_request_id=context.aws_request_id)
        arguments = (sdk, suite, identifier, dict(event.to_json_dict()), about, there)
        child = multiprocessing.get_context("spawn").Process(target=invocation, args=arguments)
        child.start()
        there.close()
        try:
            while True:
                kind, *content = here.recv()
                if kind == "output":
                    return content[0]
                arguments, named = content
                here.send(getattr(event.service_client, kind)(*arguments, **named))
        except EOFError:
            raise ExitError("Runtime.ExitError: the runtime exited without an answer") from None
        finally:
            child.join()
            here.close()

    return handler


def invocation(
    sdk: str, suite: str, identifier: str, event: dict[str, Any], context: Any, connection: Connection
) -> None:
    """What the process does: one invocation of one handler."""
    sdks.use(sdk, with_aws_runner=True)
    logs.capture(Path(os.environ[registry.FOLDER]))
    from aws_durable_execution_sdk_python.execution import (
        DurableExecutionInvocationInput,
        DurableExecutionInvocationInputWithClient,
    )

    handler = registry.load(suite)[identifier].handler
    started = DurableExecutionInvocationInput.from_json_dict(event)
    with_client = DurableExecutionInvocationInputWithClient.from_durable_execution_invocation_input(
        started,
        RemoteService(connection),
    )
    connection.send(("output", handler(with_client, context)))
