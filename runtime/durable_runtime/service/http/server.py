"""The HTTP server: one thread for all connections, and a bounded number for what is asked over them."""

from __future__ import annotations

import errno
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final

from durable_runtime.service.errors import ServiceError, ServiceException
from durable_runtime.service.http.answers import refusal
from durable_runtime.service.http.connection import Connection
from durable_runtime.service.http.exchange import Admit, Exchange, Task
from durable_runtime.service.http.messages import Response

THREADS: Final = 16
"""Requests that are worked on at once. Those that wait for an execution take no thread."""
CONNECTIONS: Final = 1_000
"""Connections at once; further ones wait until one ends."""
IDLE_SECONDS: Final = 75.0
"""After so long without progress a connection is closed, unless a request is being answered."""

_SWEEP_SECONDS: Final = 15.0
_FULL_SECONDS: Final = 1.0
"""Time to wait when the system has no room for another connection."""
_FAREWELL_SECONDS: Final = 2.0
"""Time for the last answers when the server is closed."""

_NO_ROOM: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log = logging.getLogger(__name__)


class Server:
    """Listens at an address and has requests answered.

    Args:
        admit: decides about each request.
        host: address or name to bind to.
        port: 0 for any free one.

    Raises:
        OSError: the address cannot be bound.
    """

    def __init__(self, admit: Admit, host: str, port: int) -> None:
        self._admit = admit
        self._listener = _listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._connections: set[Connection] = set()
        self._accepts = False
        self._full_until = 0.0
        self._replies: deque[tuple[Connection, Exchange, Response | None]] = deque()
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="http")
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def start(self) -> None:
        """Begin to serve, on a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Take no more requests, send the answers that are there, and release everything."""
        self._closing = True
        self._wake_up()
        if self._thread.ident is not None:
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._listener.close()
        self._selector.close()
        self._wake.close()
        self._woken.close()

    # The thread of the connections

    def _serve(self) -> None:
        swept = time.monotonic()
        while not self._closing:
            self._listen_if_there_is_room()
            self._turn(_SWEEP_SECONDS if self._connections else None if self._accepts else _FULL_SECONDS)
            if time.monotonic() - swept >= _SWEEP_SECONDS:
                swept = time.monotonic()
                self._sweep()
        self._stop_listening()
        deadline = time.monotonic() + _FAREWELL_SECONDS
        while self._busy() and time.monotonic() < deadline:
            self._turn(deadline - time.monotonic())
        for connection in list(self._connections):
            self._drop(connection)

    def _turn(self, patience: float | None) -> None:
        """Wait until something happens, and deal with it."""
        for key, mask in self._selector.select(patience):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._woken:
                with suppress(BlockingIOError):
                    self._woken.recv(4096)
            else:
                self._attend(key.data, mask)
        self._pass_replies_on()

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                self._full_until = time.monotonic() + _FULL_SECONDS
            return
        client.setblocking(False)
        with suppress(OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(client, self._admit)
        self._connections.add(connection)
        self._selector.register(client, selectors.EVENT_READ, connection)

    def _attend(self, connection: Connection, mask: int) -> None:
        with self._dropped_if_broken(connection):
            if mask & selectors.EVENT_READ:
                connection.receive()
            self._advance(connection)

    @contextmanager
    def _dropped_if_broken(self, connection: Connection) -> Iterator[None]:
        """Whatever happens to one connection, the thread goes on with the others."""
        try:
            yield
        except OSError:
            self._drop(connection)
        except Exception:
            log.exception("A connection is dropped")
            self._drop(connection)

    def _advance(self, connection: Connection) -> None:
        """Go on with a connection as far as possible."""
        connection.send()
        while (task := connection.next_task()) is not None:
            self._begin(connection, task)
        connection.send()
        if connection.is_over:
            self._drop(connection)
        else:
            self._watch(connection)

    def _begin(self, connection: Connection, task: Task) -> None:
        head, body = connection.take_request()
        exchange = Exchange(head, body, lambda response: self._reply(connection, exchange, response))
        connection.exchange = exchange
        self._pool.submit(_run, task, exchange)

    def _watch(self, connection: Connection) -> None:
        reading = selectors.EVENT_READ if connection.wants_to_read else 0
        events = reading | (selectors.EVENT_WRITE if connection.wants_to_write else 0)
        registered = self._selector.get_map().get(connection.socket)
        if registered is None:
            if events:
                self._selector.register(connection.socket, events, connection)
        elif not events:
            self._selector.unregister(connection.socket)
        elif registered.events != events:
            self._selector.modify(connection.socket, events, connection)

    def _drop(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        self._connections.discard(connection)
        with suppress(KeyError):
            self._selector.unregister(connection.socket)
        if connection.exchange is not None:
            connection.exchange.leave()
        connection.socket.close()

    def _pass_replies_on(self) -> None:
        while self._replies:
            connection, exchange, response = self._replies.popleft()
            if connection not in self._connections or connection.exchange is not exchange:
                continue
            with self._dropped_if_broken(connection):
                if response is None:
                    self._drop(connection)
                else:
                    connection.answer(response)
                    self._advance(connection)

    def _busy(self) -> bool:
        return bool(self._replies) or any(not connection.is_idle for connection in self._connections)

    def _sweep(self) -> None:
        long_ago = time.monotonic() - IDLE_SECONDS
        for connection in list(self._connections):
            if connection.exchange is None and connection.touched < long_ago:
                self._drop(connection)

    def _listen_if_there_is_room(self) -> None:
        if len(self._connections) >= CONNECTIONS or time.monotonic() < self._full_until:
            self._stop_listening()
        elif not self._accepts:
            self._accepts = True
            self._selector.register(self._listener, selectors.EVENT_READ)

    def _stop_listening(self) -> None:
        if self._accepts:
            self._accepts = False
            self._selector.unregister(self._listener)

    # Other threads

    def _reply(self, connection: Connection, exchange: Exchange, response: Response | None) -> None:
        self._replies.append((connection, exchange, response))
        self._wake_up()

    def _wake_up(self) -> None:
        with suppress(OSError):  # it is full: the thread wakes up anyway; or closed: nobody is there any more
            self._wake.send(b"!")


def _run(task: Task, exchange: Exchange) -> None:
    """Do what a request asks for; whatever goes wrong becomes an answer, and never a traceback in one."""
    try:
        task.run(exchange)
    except ServiceError as error:
        exchange.reply(refusal(error))
    except Exception:
        log.exception("%s %s failed", exchange.head.method, exchange.head.path)
        exchange.reply(refusal(ServiceException("The server failed at this request; its log tells why")))


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
