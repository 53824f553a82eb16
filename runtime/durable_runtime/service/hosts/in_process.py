"""Runs handlers on threads of the engine's process."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable

from durable_runtime.service.client import Flavour, flavour_of
from durable_runtime.service.functions import Function, FunctionLoadError, Handler
from durable_runtime.service.hosts.protocol import MARSHAL_ERROR, Crashed, Invocation, Outcome, Service, crash, run


class InProcessHost:
    """Calls handlers directly, each invocation on a thread of its own; threads are reused.

    A handler that never returns keeps its thread: Python cannot end one. Nothing waits for such a thread, neither
    `close` nor the end of the process.
    """

    def __init__(self) -> None:
        self._threads = _Threads()
        self._loaded = Loaded()

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        self._threads.submit(lambda: done(self._loaded.run(invocation, service)))

    def abandon(self, request_id: str) -> None:
        """Nothing can be done: the thread goes on, and the engine ignores what it says."""

    def close(self) -> None:
        self._threads.close()


class Loaded:
    """The handlers that are loaded in this process."""

    def __init__(self) -> None:
        self._handlers: dict[Function, tuple[Handler, Flavour | None]] = {}

    def run(self, invocation: Invocation, service: Service) -> Outcome:
        """Call the handler of an invocation, with a client for `service` if it is a durable one."""
        function = invocation.function
        try:
            handler, flavour = self._load(function)
        except FunctionLoadError as error:
            return crash("Runtime.ImportModuleError", str(error), final=True)
        if not function.durable:
            return run(handler, invocation.event, invocation)
        if flavour is None:
            return _not_durable(function)
        outcome = run(handler, flavour.event(invocation.event, service), invocation)
        return outcome if flavour.is_certain or _is_durable(outcome) else _not_durable(function)

    def _load(self, function: Function) -> tuple[Handler, Flavour | None]:
        loaded = self._handlers.get(function)
        if loaded is None:
            handler = function.load()
            loaded = self._handlers[function] = (handler, flavour_of(handler) if function.durable else None)
        return loaded


_SIGNS = ("DurableExecutionInvocationInput", "'LambdaContext' object has no attribute")
"""In the message of an error: somebody took an invocation for the payload, or its context for a durable one."""


def _is_durable(outcome: Outcome) -> bool:
    """Whether it may be the outcome of a decorated handler, which answers with a status or raises."""
    if isinstance(outcome, Crashed):
        message: str = outcome.error["ErrorMessage"]
        return outcome.error["ErrorType"] != MARSHAL_ERROR and not any(sign in message for sign in _SIGNS)
    answer = json.loads(outcome.payload)
    return isinstance(answer, dict) and "Status" in answer


def _not_durable(function: Function) -> Crashed:
    return crash(
        "Runtime.HandlerNotDurable",
        f"the handler of {function.name} is not decorated with @durable_execution; "
        "decorate it, or register it as a plain function",
        final=True,
    )


class _Threads:
    """Daemon threads, as many as there is work at once.

    Not a `ThreadPoolExecutor`: the interpreter waits for its threads at exit, and a handler may hang.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._count = 0

    def submit(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                self._count += 1
                threading.Thread(target=self._serve, name=f"invocation-{self._count}", daemon=True).start()
        self._work.put(work)

    def close(self) -> None:
        with self._lock:
            for _ in range(self._count):
                self._work.put(None)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            with self._lock:
                self._idle += 1
