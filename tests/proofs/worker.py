"""Runs invocations of durable functions in processes of their own: a script, started by ``processes.py``.

The script's argument is the package that programs get as AWS's SDK. It has loaded that and forks for every line of its
input, a JSON object with the program's ``folder`` and the ``address`` of a socket. The child loads the program afresh,
asks there for invocations until there are no more, and sends what the SDK wants from the durable execution service.
With every message goes what the program has noted since the last one, so that nothing is lost when the child is killed.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from multiprocessing.connection import Connection
from types import SimpleNamespace

AWS = "aws_durable_execution_sdk_python"
"""The SDK, under the name by which programs import it."""


class Service:
    """The SDK's client of the service, at the other end of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._one_at_a_time = threading.Lock()
        self._entries: list[tuple[str, str, str]] = []
        self._sent = 0

    def tell(self, what: str, *values: object) -> None:
        """Send a message, and what has been noted since the one before."""
        entries, self._sent = self._entries[self._sent :], len(self._entries)
        self._connection.send((what, entries, values))

    def listen_to(self, entries: list[tuple[str, str, str]]) -> None:
        """Send what this list will hold."""
        self._entries = entries

    def checkpoint(self, durable_execution_arn, checkpoint_token, updates, client_token):
        """What the SDK calls to have operations recorded."""
        return self._ask("checkpoint", durable_execution_arn, checkpoint_token, updates, client_token)

    def get_execution_state(self, durable_execution_arn, checkpoint_token, next_marker, max_items=1000):
        """What the SDK calls to read operations."""
        return self._ask("get_execution_state", durable_execution_arn, checkpoint_token, next_marker, max_items)

    def _ask(self, what: str, *values: object) -> object:
        with self._one_at_a_time:
            self.tell(what, *values)
            answer, error = self._connection.recv()
        if error is not None:
            raise importlib.import_module(f"{AWS}.exceptions").CheckpointError.from_exception(RuntimeError(error))
        return answer


def main() -> None:
    """Fork for each line until the input ends."""
    if sys.argv[1] != AWS:
        importlib.import_module(sys.argv[1]).as_aws_sdk()
    importlib.import_module(AWS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    while line := sys.stdin.readline():
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _invoke(**json.loads(line))
            finally:
                os._exit(0)


def _invoke(folder: str, address: str) -> None:
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    connection = Connection(line.detach())
    connection.send(os.getpid())
    service = Service(connection)
    _prepare(folder, service)
    with_client = importlib.import_module(f"{AWS}.execution").DurableExecutionInvocationInputWithClient
    while True:  # until the other end closes the connection
        invocation, request_id = connection.recv()
        event = with_client.from_durable_execution_invocation_input(invocation, service)
        try:
            handler = importlib.import_module("handler").handler
            output = handler(event, SimpleNamespace(aws_request_id=request_id))
        except BaseException as error:
            service.tell("raised", f"{type(error).__name__}: {error}")
        else:
            service.tell("returned", output)


def _prepare(folder: str, service: Service) -> None:
    sys.path.insert(0, folder)
    entries = importlib.import_module("ledger").ENTRIES
    service.listen_to(entries)
    _note_sleeps(folder, entries)
    sys.stdout = Output(entries)
    logging.basicConfig(format="%(message)s", stream=sys.stdout, level=logging.INFO)
    logging.getLogger(sys.argv[1]).setLevel(logging.CRITICAL)


class Output(io.TextIOBase):
    """What a program prints and logs, which it need not note."""

    def __init__(self, entries: list[tuple[str, str, str]]) -> None:
        self._entries = entries
        self._line = ""

    def write(self, text: str) -> int:
        """Note each line when it is complete."""
        *lines, self._line = (self._line + text).split("\n")
        self._entries += [("wrote", line, "") for line in lines]
        return len(text)


def _note_sleeps(folder: str, entries: list[tuple[str, str, str]]) -> None:
    """A program need not note how long it sleeps either. It sleeps all the same."""
    sleep = time.sleep

    def noted(seconds: float) -> None:
        caller = sys._getframe(1)
        if caller.f_code.co_filename.startswith(folder):
            entries.append(("slept", f"{seconds} s in {caller.f_code.co_name}", ""))
        sleep(seconds)

    time.sleep = noted


if __name__ == "__main__":
    main()
