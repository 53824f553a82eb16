"""Runs handlers in worker processes."""

from __future__ import annotations

import inspect
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from durable_runtime.service.errors import InvalidParameterValueException, ServiceError
from durable_runtime.service.functions import Function, FunctionLoadError
from durable_runtime.service.hosts.channel import Channel
from durable_runtime.service.hosts.protocol import Crashed, Invocation, Outcome, Returned, Service, crash

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Task:
    """An invocation to be made, and as it is sent to a worker."""

    invocation: Invocation
    service: Service
    done: Callable[[Outcome], None]
    request: dict[str, Any]
    variables: dict[str, str]
    """Of the process's environment, if it needs a new one."""


class WorkerHost:
    """Calls handlers in processes of their own, one invocation at a time each.

    A process that dies (`os._exit`, a signal, no memory) ends its invocation as a crash, at once, and is replaced. One
    whose invocation ran out of time is killed. Handlers are found by where they are (`module:attribute`,
    `file.py::attribute`), callables by their module and name. What they print goes to standard error.

    Args:
        processes: how many may run at once; they are started when they are needed, and kept.
        environment: variables to set in all of them.
        environment_of: gives each invocation a new process, with these variables set on top; PYTHONHASHSEED among
            them takes effect.
        prelude: a function (`module:function`) that each process calls before it loads handlers.
    """

    def __init__(
        self,
        processes: int = 2,
        *,
        environment: Environment | None = None,
        environment_of: Callable[[Invocation], Environment] | None = None,
        prelude: str | None = None,
    ) -> None:
        self._processes = processes
        self._prelude = prelude
        self._environment = dict(environment or {})
        self._environment_of = environment_of
        self._lock = threading.Lock()
        self._waiting: deque[_Task] = deque()
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._count = 0
        self._closed = False

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        try:
            request = _request(invocation)
        except FunctionLoadError as error:
            done(crash("Runtime.ImportModuleError", str(error), final=True))
            return
        task = _Task(invocation, service, done, request, self._variables(invocation))
        with self._lock:
            self._waiting.append(task)
        self._assign()

    def abandon(self, request_id: str) -> None:
        with self._lock:
            late = [worker for worker in self._workers if worker.request_id == request_id]
        for worker in late:
            worker.kill()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._waiting.clear()
            workers = list(self._workers)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.join()

    def _assign(self) -> None:
        """Give waiting tasks to workers, as far as there are any, or may be."""
        while True:
            with self._lock:
                if self._closed or not self._waiting or not (self._idle or self._count < self._processes):
                    return
                task = self._waiting.popleft()
                worker = self._idle.pop() if self._idle else None
                self._count += worker is None
            if worker is None:
                worker = self._start(task)
            if worker is not None:
                worker.take(task)

    def _start(self, task: _Task) -> _Worker | None:
        try:
            worker = _Worker(task.variables, self._prelude, self._freed, self._died)
        except OSError as error:
            with self._lock:
                self._count -= 1
            task.done(crash("Runtime.StartError", f"The worker process could not be started: {error}"))
            return None
        with self._lock:
            self._workers.add(worker)
            closed = self._closed
        if closed:
            worker.kill()
        return worker

    def _variables(self, invocation: Invocation) -> dict[str, str]:
        path = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path)), **self._environment}
        return variables | dict(self._environment_of(invocation) if self._environment_of else {})

    def _freed(self, worker: _Worker) -> None:
        """A worker's invocation has ended, and its process lives."""
        if self._environment_of is not None:
            worker.kill()
            return
        with self._lock:
            self._idle.append(worker)
        self._assign()

    def _died(self, worker: _Worker) -> None:
        """A worker's process is gone."""
        with self._lock:
            self._workers.discard(worker)
            self._count -= 1
            if worker in self._idle:
                self._idle.remove(worker)
        self._assign()


class _Worker:
    """One process."""

    def __init__(
        self,
        variables: dict[str, str],
        prelude: str | None,
        freed: Callable[[_Worker], None],
        died: Callable[[_Worker], None],
    ) -> None:
        command = [sys.executable, "-m", "durable_runtime.service.hosts.child"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables)
        assert self._process.stdout is not None and self._process.stdin is not None
        self._channel = Channel(self._process.stdout, self._process.stdin)
        self._freed = freed
        self._died = died
        self._task: _Task | None = None
        self._thread = threading.Thread(target=self._listen, name=f"worker-{self._process.pid}", daemon=True)
        self._thread.start()
        self._tell({"serve": {"path": sys.path, "prelude": prelude}})

    @property
    def request_id(self) -> str | None:
        """The invocation that the process is busy with."""
        task = self._task
        return task.invocation.request_id if task is not None else None

    def take(self, task: _Task) -> None:
        """Make an invocation."""
        self._task = task
        self._tell({"invoke": task.request})

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def join(self) -> None:
        """Wait until the process has ended, unless it is this very thread that listens to it."""
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _listen(self) -> None:
        try:
            for message in self._channel.messages():
                if "ask" in message:
                    self._answer(message)
                elif "returned" in message:
                    self._end(Returned(message["returned"]))
                    self._freed(self)
                else:
                    self._end(Crashed(message["crashed"], message["final"]))
                    self._freed(self)
        except (OSError, ValueError):  # a message cut short, as a rule by the process's death
            self.kill()
        self._end(_exit(self._process.wait(), self.request_id))
        self._channel.close()
        self._died(self)

    def _answer(self, message: dict[str, Any]) -> None:
        task = self._task
        answer: dict[str, Any] = {"answer": message["ask"]}
        try:
            if task is None:  # a thread that the handler has left behind
                raise InvalidParameterValueException("Invalid checkpoint token")
            if "checkpoint" in message:
                answer["result"] = task.service.checkpoint(**message["checkpoint"])
            else:
                answer["result"] = task.service.state(**message["state"])
        except ServiceError as error:
            answer["error"] = {"code": error.code, "message": error.message}
        except Exception as error:
            answer["error"] = {"code": "ServiceException", "message": f"{type(error).__name__}: {error}"}
        self._tell(answer)

    def _end(self, outcome: Outcome) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.done(outcome)

    def _tell(self, message: dict[str, Any]) -> None:
        with suppress(OSError, ValueError):  # it died; `_listen` is about to notice
            self._channel.send(message)


def _request(invocation: Invocation) -> dict[str, Any]:
    function = invocation.function
    return {
        "request_id": invocation.request_id,
        "target": _place(function),
        "durable": function.durable,
        # Only the durable event has the wire's timestamps; a plain function's event is anybody's JSON.
        "event": invocation.event if function.durable else json.dumps(invocation.event),
        "function_arn": invocation.function_arn,
        "timeout": invocation.timeout,
        "tenant_id": invocation.tenant_id,
    }


def _place(function: Function) -> str:
    """Where another process finds the handler."""
    if isinstance(function.target, str):
        return function.target
    handler = inspect.unwrap(function.target)
    module, name = getattr(handler, "__module__", None), getattr(handler, "__qualname__", "<locals>")
    if module is None or "<" in name:
        raise FunctionLoadError(
            f"the handler of {function.name} cannot be found by a worker process: "
            "register it as package.module:attribute or path/file.py::attribute"
        )
    file = getattr(sys.modules.get(module), "__file__", None)
    return f"{file}::{name}" if module == "__main__" and file is not None else f"{module}:{name}"


def _exit(status: int, request_id: str | None) -> Crashed:
    """The crash that the end of a process means, in Lambda's words."""
    if status == 0:
        reason = "without providing a reason"
    elif status > 0:
        reason = f"with error: exit status {status}"
    else:
        reason = f"with error: signal: {signal.Signals(-status).name}"
    return crash("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited {reason}")
