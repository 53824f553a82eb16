"""A worker process: `python -m durable_runtime.service.hosts.child`, started by `WorkerHost`."""

from __future__ import annotations

import itertools
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from durable_runtime.service import errors
from durable_runtime.service.functions import Function, load_target
from durable_runtime.service.hosts.channel import Channel
from durable_runtime.service.hosts.in_process import Loaded
from durable_runtime.service.hosts.protocol import Invocation, Returned


def main() -> None:
    """Serve invocations, one after the other, until the engine goes away."""
    channel = _take_pipes()
    service = _RemoteService(channel)
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(channel, service, requests), name="engine", daemon=True).start()
    if prelude := requests.get()["prelude"]:
        begin: Callable[[], None] = load_target(prelude)  # type: ignore[assignment]
        begin()
    loaded = Loaded()
    while True:
        request = requests.get()
        function = Function(request["function_arn"], request.pop("target"), request.pop("durable"))
        if not function.durable:
            request["event"] = json.loads(request["event"])
        outcome = loaded.run(Invocation(function=function, **request), service)
        with suppress(OSError, ValueError):  # the handler may have closed it
            sys.stdout.flush()
        if isinstance(outcome, Returned):
            channel.send({"returned": outcome.payload})
        else:
            channel.send({"crashed": outcome.error, "final": outcome.final})


def _take_pipes() -> Channel:
    """Keep the pipes to the engine for ourselves: what a handler prints goes to standard error."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(incoming, outgoing)


def _receive(channel: Channel, service: _RemoteService, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    for message in channel.messages():
        if "answer" in message:
            service.answered(message)
        elif "invoke" in message:
            requests.put(message["invoke"])
        else:
            sys.path[:] = message["serve"]["path"]
            requests.put(message["serve"])
    # Nobody can record anything any more; a handler that went on would only do what is going to be done again.
    os._exit(1)


class _RemoteService:
    """The engine's `Service`, asked through the pipes."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._numbers = itertools.count()
        self._waiting: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        arguments = {"arn": arn, "token": token, "updates": updates, "client_token": client_token}
        return self._ask("checkpoint", arguments)

    def state(self, arn: str, token: str, marker: str | None = None, max_items: int | None = None) -> dict[str, Any]:
        return self._ask("state", {"arn": arn, "token": token, "marker": marker, "max_items": max_items})

    def answered(self, message: dict[str, Any]) -> None:
        self._waiting.pop(message["answer"]).put(message)

    def _ask(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        answers = self._waiting[number] = queue.SimpleQueue()
        self._channel.send({"ask": number, method: arguments})
        answer = answers.get()
        if "error" in answer:
            raise _service_error(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result


def _service_error(error: Mapping[str, Any]) -> errors.ServiceError:
    kind = getattr(errors, error["code"], errors.ServiceException)
    refused: errors.ServiceError = kind(error["message"])
    return refused


if __name__ == "__main__":
    main()
