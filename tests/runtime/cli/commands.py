"""`durable-run` driven as a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNTIME = Path(__file__).parents[3] / "runtime"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    status: int
    output: str
    errors: str

    @property
    def value(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.output)


class Folder:
    """A folder with handlers in it, where commands are run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Ended:
        command = subprocess.run(
            [*_COMMAND, *arguments],
            cwd=self.path,
            env=_environment(environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(command.returncode, command.stdout, command.stderr)

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*_COMMAND, *arguments],
            cwd=self.path,
            env=_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


_COMMAND = (sys.executable, "-m", "durable_runtime")


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(RUNTIME)} | more


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for another process to come so far."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the other process does not come so far"
        time.sleep(0.02)


def kill(process: subprocess.Popen[str], with_signal: signal.Signals = signal.SIGKILL) -> Ended:
    """End a process, and tell what it left."""
    process.send_signal(with_signal)
    output, errors = process.communicate(timeout=30)
    return Ended(process.returncode, output, errors)
