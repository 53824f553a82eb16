"""How a process of the verifier begins: in another world, and with something to write notes into."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from durable_runtime.testing.verifier.world import VARIABLE, Beginning


def begin() -> None:
    """Make this process what the environment asks for. Called before any handler is loaded."""
    beginning = Beginning.read(os.environ.pop(VARIABLE))
    _redirect_output(beginning.output)
    _set_random_numbers(beginning.random_seed)
    if beginning.aliased:
        from durable_runtime.aliasing import as_aws_sdk

        as_aws_sdk()
    from durable_runtime.testing.verifier.hooks import install
    from durable_runtime.testing.verifier.notes import NoteBook

    install(beginning.package, NoteBook(beginning.notes))
    _set_clock(beginning.moment, ticks=beginning.ticks)


def _redirect_output(path: str) -> None:
    """Keep what handlers print: each does so many times over, and it is no news."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


def _set_clock(moment: float, *, ticks: bool) -> None:
    # It imports pytest, for its plugin, if there is one: that would take longer than all the rest.
    sys.modules["pytest"] = None  # type: ignore[assignment]
    try:
        import time_machine
    finally:
        del sys.modules["pytest"]
    time_machine.travel(datetime.fromtimestamp(moment, UTC), tick=ticks).start()


def _set_random_numbers(seed: int) -> None:
    """Let everything that is random follow from a seed: `random`, `os.urandom`, and so `secrets` and `uuid`."""
    stream = _Stream(seed)
    os.urandom = stream.bytes
    random._urandom = stream.bytes  # type: ignore[attr-defined]  # SystemRandom, and so secrets
    plain_seed = random.Random.seed

    def seeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        plain_seed(self, int.from_bytes(stream.bytes(16)) if a is None else a, version)

    random.Random.seed = seeded  # type: ignore[method-assign]
    random.seed(seed)


class _Stream:
    """Bytes that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0
        self._lock = threading.Lock()

    def bytes(self, size: int) -> bytes:
        with self._lock:
            self._count += 1
            return hashlib.shake_128(f"{self._seed} {self._count}".encode()).digest(size)
