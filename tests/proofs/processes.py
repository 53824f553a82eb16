"""Processes for invocations: each one new, with another salt for the hashes of text than the one before."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from tests.proofs.ground import Ground

_SALTS = ("1", "2", "3")
_PATIENCE = 20.0
"""Seconds until a process must have answered."""


class Processes:
    """Starts processes that run one invocation each, with the SDK of one ground; ``worker.py`` is their program."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._place = tempfile.TemporaryDirectory()
        self._address = str(Path(self._place.name, "service"))
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self._address)
        self._socket.listen()
        self._socket.settimeout(_PATIENCE)
        self._starters = [_starter(ground, salt) for salt in _SALTS]
        self._turns = cycle(self._starters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for starter in self._starters:
            assert starter.stdin is not None
            starter.stdin.close()
            starter.wait()
        self._socket.close()
        self._place.cleanup()

    def start(self, folder: Path) -> tuple[Connection, int]:
        """A connection to a new process that has the program of a folder to run, and the process's id."""
        starter = next(self._turns)
        assert starter.stdin is not None
        starter.stdin.write(json.dumps({"folder": str(folder), "address": self._address}) + "\n")
        starter.stdin.flush()
        accepted, _ = self._socket.accept()
        connection = Connection(accepted.detach())
        if not connection.poll(_PATIENCE):
            raise TimeoutError("the process does not start")
        return connection, connection.recv()


def _starter(ground: Ground, salt: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("worker.py")), ground.sdk],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": salt, "PYTHONDONTWRITEBYTECODE": "1"},
    )
