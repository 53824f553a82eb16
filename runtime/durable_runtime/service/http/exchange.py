"""One request and the way back to whoever made it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from durable_runtime.service.http.messages import Head, Response


class Exchange:
    """A request that is to be answered once, from any thread, now or later."""

    def __init__(self, head: Head, body: bytes, send: Callable[[Response | None], None]) -> None:
        self.head = head
        self.body = body
        self._send = send
        self._lock = threading.Lock()
        self._answered = False
        self._gone = False
        self._when_gone: Callable[[], None] | None = None

    def reply(self, response: Response) -> None:
        """Answer. Only the first answer counts; nobody may be there any more to get it."""
        with self._lock:
            if self._answered:
                return
            self._answered = True
        self._send(response)

    def when_gone(self, forget: Callable[[], None]) -> None:
        """Have `forget` called if the client goes away before it is answered, perhaps at once."""
        with self._lock:
            self._when_gone = forget
            gone = self._gone
        if gone:
            forget()
            self._send(None)

    def leave(self) -> bool:
        """The client says no more. Whether the request is dropped by that, as one that waits is."""
        with self._lock:
            self._gone = True
            forget = self._when_gone if not self._answered else None
        if forget is not None:
            forget()
        return forget is not None


@dataclass(frozen=True, slots=True)
class Task:
    """What a request asks for, as far as its head tells."""

    largest_body: int
    """Bytes."""
    run: Callable[[Exchange], None]
    """Answers the exchange, or sees to it that it is answered later. May raise the API's errors."""


Admit = Callable[[Head], Task]
"""Decides about a request by its head. Raises the API's errors."""
