"""Processes that carry an execution on and are killed; forked from one that has imported all, so they start fast."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from durable_runtime.service.clock import VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.errors import CallbackTimeoutException
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.crash.workflow import Workflow

_LONGEST = 60.0
"""Seconds that a process which is not killed may take."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the store and the notes are."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store.db"

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    def engine(self) -> Engine:
        """An engine of this process, in virtual time, that serves the workflow."""

        def answer(callback_id: str, result: str) -> None:
            # A step that was cut off after it had answered answers again.
            with suppress(CallbackTimeoutException):
                engine.callback_succeed(callback_id, result)

        functions = Functions()
        workflow = Workflow(str(self.notes), answer)
        functions.register("workflow", workflow.handler)
        functions.register("child", workflow.child)
        functions.register("plain", workflow.plain, durable=False)
        engine = Engine(SqliteStore(self.store), VirtualClock(), functions, InProcessHost())
        return engine


def carry_on(site: Site, name: str, seconds: float | None) -> bool:
    """Have a process start or carry on the execution of that name; kill it after so many seconds.

    Returns:
        Whether it came to its end before.
    """
    process = _forked(lambda: _to_the_end(site, name))
    deadline = time.monotonic() + (_LONGEST if seconds is None else seconds)
    while time.monotonic() < deadline:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            assert status == 0, f"the process that carried on {name} ended with status {status}"
            return True
        time.sleep(0.0005)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    assert seconds is not None, f"{name} comes to no end"
    return False


def _to_the_end(site: Site, name: str) -> None:
    engine = site.engine()
    view = engine.run(engine.start("workflow", "{}", name=name))
    assert view.ended, f"{name} is {view.status}, and nothing moves it"


def _forked(work: Callable[[], None]) -> int:
    process = os.fork()
    if process:
        return process
    try:
        work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)
