"""JSON lines between the engine and its worker processes.

Engine to worker:
    {"serve": {"path": [...], "prelude": target}}             once, first: the import path, what to call before all else
    {"invoke": {"request_id", "target", "durable", "event", "function_arn", "timeout", "tenant_id"}}
        the event of a plain function as JSON text: only the wire's own timestamps are to be read as such
    {"answer": n, "result": {...}} or {"answer": n, "error": {"code", "message"}}
Worker to engine:
    {"ask": n, "checkpoint": {...}} or {"ask": n, "state": {...}}     arguments of `Service`'s methods
    {"returned": payload} or {"crashed": error object, "final": bool} how the invocation ended

Timestamps are epoch milliseconds, as in an invocation event of Lambda.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from durable_runtime.service.wire import decode, encode


class Channel:
    """One end of the two pipes between the engine and a worker. Any thread may send."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            OSError: the other end is gone.
            ValueError: this end is closed.
        """
        line = encode(message).encode(errors="surrogatepass") + b"\n"
        with self._lock:
            self._outgoing.write(line)
            self._outgoing.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        """All messages that arrive, until the other end is gone."""
        for line in self._incoming:
            yield decode(line.decode(errors="surrogatepass"))

    def close(self) -> None:
        """Tell the other end that nothing more will come."""
        with self._lock, suppress(OSError):  # it may be gone, with something left to be sent
            self._outgoing.close()
