"""A client's connection: bytes come in, requests come out, responses go back."""

from __future__ import annotations

import socket
import time
from typing import Final

from durable_runtime.service.errors import RequestTooLargeException, ServiceError
from durable_runtime.service.http.answers import refusal
from durable_runtime.service.http.exchange import Admit, Exchange, Task
from durable_runtime.service.http.messages import CONTINUE, LARGEST_HEAD, Head, Response, read_head
from durable_runtime.service.http.refusals import InvalidRequestContentException

_END_OF_HEAD: Final = b"\r\n\r\n"
_AT_ONCE: Final = 262_144
"""Bytes read or written in one go."""
_MOST_DROPPED: Final = 64 * 1_048_576
"""Bytes of an unwelcome body that are read, so that the client gets to read why."""
_MOST_AHEAD: Final = 65_536
"""Bytes of further requests that are read while one is being answered."""


class Connection:
    """A connection, for the server's own thread alone. The socket must not block."""

    def __init__(self, client: socket.socket, admit: Admit) -> None:
        self.socket = client
        self.exchange: Exchange | None = None
        """The request that is being answered."""
        self.touched = time.monotonic()
        """When it last made progress: a head counts when it begins, however long it takes."""
        self._admit = admit
        self._received = bytearray()
        self._searched = 0
        self._outgoing = bytearray()
        self._head: Head | None = None
        self._task: Task | None = None
        self._refusal: Response | None = None
        self._to_drop = 0
        self._closes = False
        self._hung_up = False
        self._ended = False

    @property
    def is_over(self) -> bool:
        """Whether it is to be closed now."""
        return self.is_idle and self._ended

    @property
    def is_idle(self) -> bool:
        """Whether nothing is to be answered or sent."""
        return not self._outgoing and self.exchange is None

    @property
    def wants_to_read(self) -> bool:
        """Whether more is welcome. While a request is being answered little is; what matters is whether it ends."""
        busy = self.exchange is not None or bool(self._outgoing)
        return not self._ended and not (busy and len(self._received) >= _MOST_AHEAD)

    @property
    def wants_to_write(self) -> bool:
        """Whether there is something to send."""
        return bool(self._outgoing)

    def receive(self) -> None:
        """Read what has come.

        Raises:
            OSError: the connection is broken.
        """
        try:
            data = self.socket.recv(_AT_ONCE)
        except BlockingIOError:
            return
        if not self._hung_up and (self._head is not None or not self._received):
            self.touched = time.monotonic()
        if not data:
            self._ended = True
            if self.exchange is not None and self.exchange.leave():
                self.exchange = None
                self._closes = True
            return
        if not self._hung_up:
            dropped = min(self._to_drop, len(data))
            self._to_drop -= dropped
            self._received += data[dropped:]

    def send(self) -> None:
        """Write what may be written now, and hang up after the last answer.

        The client is left to close the connection: closed while it still sends, it might not get to read the answer.

        Raises:
            OSError: the connection is broken.
        """
        while self._outgoing:
            try:
                sent = self.socket.send(memoryview(self._outgoing)[:_AT_ONCE])
            except BlockingIOError:
                return
            self.touched = time.monotonic()
            del self._outgoing[:sent]
        if self._closes and self.exchange is None and not self._hung_up:
            self._hung_up = True
            self._received.clear()
            self.socket.shutdown(socket.SHUT_WR)

    def next_task(self) -> Task | None:
        """The task of the next request that has come completely; None if there is none now.

        Refusals are put among what is to be sent.
        """
        while self.exchange is None and not self._outgoing and not self._closes:
            if self._head is None and not self._take_head():
                return None
            if self._refusal is not None:
                if self._to_drop:
                    return None
                self.answer(self._refusal)
                continue
            assert self._head is not None and self._task is not None
            if len(self._received) < self._head.body_length:
                return None
            return self._task
        return None

    def take_request(self) -> tuple[Head, bytes]:
        """The request whose task `next_task` gave."""
        assert self._head is not None
        body = bytes(self._received[: self._head.body_length])
        del self._received[: self._head.body_length]
        return self._head, body

    def answer(self, response: Response) -> None:
        """Put the answer to the current request among what is to be sent."""
        head = self._head
        keeps_alive = head is not None and head.keeps_alive and not self._closes and not self._ended
        has_body = head is None or head.method != "HEAD"
        self._outgoing += response.encoded(keeps_alive=keeps_alive, has_body=has_body)
        self._closes = not keeps_alive
        self.exchange = self._head = self._task = self._refusal = None

    def _take_head(self) -> bool:
        """Take the next head from what has been received; False if it has not come completely."""
        end = self._received.find(_END_OF_HEAD, self._searched)
        if end < 0 and len(self._received) <= LARGEST_HEAD:
            self._searched = max(0, len(self._received) - len(_END_OF_HEAD) + 1)
            return False
        self._searched = 0
        try:
            if not 0 <= end <= LARGEST_HEAD:
                raise InvalidRequestContentException(f"The headers take more than {LARGEST_HEAD} bytes")
            head = read_head(bytes(self._received[:end]))
        except ServiceError as error:
            # Where the next request begins is not known.
            self._closes = True
            self.answer(refusal(error))
            return False
        del self._received[: end + len(_END_OF_HEAD)]
        self._head = head
        try:
            self._task = self._admit(head)
            if head.body_length > self._task.largest_body:
                raise RequestTooLargeException(
                    f"The body takes {head.body_length} bytes; at most {self._task.largest_body} are permitted"
                )
        except ServiceError as error:
            self._refuse(head, refusal(error))
            return True
        if head.expects_continue and len(self._received) < head.body_length:
            self._outgoing += CONTINUE
        return True

    def _refuse(self, head: Head, response: Response) -> None:
        """Answer so once the body has been read and dropped, unless the client waits with it or it is too long."""
        self._refusal = response
        if head.body_length > _MOST_DROPPED or (head.expects_continue and head.body_length):
            self._closes = True
            return
        here = min(head.body_length, len(self._received))
        del self._received[:here]
        self._to_drop = head.body_length - here
