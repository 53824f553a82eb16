"""The processes that share a store: which of them live, and how they wake each other."""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from durable_runtime.service.errors import ServiceException

BEAT_SECONDS: Final = 15.0
LEASE_SECONDS: Final = 60.0
"""A peer whose beats stand still for so long is taken for dead, even if its process exists."""
UNHEARD_SECONDS: Final = 1.0
"""How often to look for news where none can be sent, because loopback sockets are not permitted."""

_LOOPBACK: Final = "127.0.0.1"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Peer:
    """A store object of this or another process."""

    id: str
    pid: int
    process: str
    """Its process's `identity`."""
    port: int | None
    """Where it listens for wake-ups."""
    beats: int
    """Grows every `BEAT_SECONDS` as long as it lives."""


class Registry(Protocol):
    """Where peers are listed; shared by all of them."""

    def peers(self) -> Sequence[Peer]:
        """All that are listed, this one among them."""
        ...

    def enlist(self, port: int | None) -> None:
        """List this one, or count its beats up if it is listed."""
        ...

    def bury(self, ids: Collection[str]) -> None:
        """Remove peers from the list; their claims are void."""
        ...


def identity(pid: int) -> str | None:
    """What tells a process from all others that ever have its pid: boot, pid namespace, start time.

    None if there is no such process; empty where the system does not tell (only Linux does).
    """
    if not Path("/proc/self/stat").exists():
        return ""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = os.readlink("/proc/self/ns/pid")
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{boot} {namespace} {fields[19]}"


class Pulse:
    """Tells living peers from dead ones.

    Clocks of different processes are never compared: a lease has run out when the beats stood still for
    `LEASE_SECONDS` of the observer's own time. Where a process can be looked up, its end is seen at once.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}

    def is_alive(self, peer: Peer) -> bool:
        beats, since = self._seen.get(peer.id, (-1, 0.0))
        if beats != peer.beats:
            self._seen[peer.id] = (peer.beats, time.monotonic())
        elif time.monotonic() - since > LEASE_SECONDS:
            return False
        here = identity(os.getpid())
        if not here or not peer.process:
            return True
        boot, namespace, _ = here.split(" ")
        its_boot, its_namespace, _ = peer.process.split(" ")
        if boot != its_boot:
            return False
        return namespace != its_namespace or identity(peer.pid) == peer.process


class Watcher:
    """A thread that keeps this peer listed, hears wake-ups, and notices when others die.

    Args:
        own: this peer's id.
        registry: where all are listed.
        changed: called when another peer sent a wake-up, or died.
    """

    def __init__(self, own: str, registry: Registry, changed: Callable[[], None]) -> None:
        self._own = own
        self._registry = registry
        self._changed = changed
        self._pulse = Pulse()
        self._closing = False
        self._selector = selectors.DefaultSelector()
        self._processes: dict[int, int] = {}
        self._socket = _listen()
        if self._socket is not None:
            self._selector.register(self._socket, selectors.EVENT_READ)
        self.port: int | None = self._socket.getsockname()[1] if self._socket is not None else None
        registry.enlist(self.port)
        self._beat = time.monotonic()
        self._thread = threading.Thread(target=self._watch, name="store-peers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread. This peer stays listed."""
        self._closing = True
        if self.port is not None:
            wake([self.port])
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _watch(self) -> None:
        longest = BEAT_SECONDS if self._socket is not None else UNHEARD_SECONDS
        while not self._closing:
            self._attempt(self._look_after_peers)
            ready = self._selector.select(max(0.0, min(longest, self._beat + BEAT_SECONDS - time.monotonic())))
            for key, _ in ready:
                if key.fileobj is self._socket:
                    _drain(self._socket)
                else:
                    self._forget_process(int(key.fd))
            if ready or self._socket is None:
                self._changed()
            if time.monotonic() >= self._beat + BEAT_SECONDS:
                self._beat = time.monotonic()
                self._attempt(lambda: self._registry.enlist(self.port))
        for descriptor in list(self._processes):
            self._forget_process(descriptor)
        if self._socket is not None:
            self._socket.close()
        self._selector.close()

    def _attempt(self, work: Callable[[], None]) -> None:
        """Outlive a store that fails for a while: a peer that does not beat any more is taken for dead."""
        try:
            work()
        except ServiceException:
            log.exception("The processes that share the store cannot be looked after; this is tried again")

    def _look_after_peers(self) -> None:
        others = [peer for peer in self._registry.peers() if peer.id != self._own]
        watched = {os.getpid(), *self._processes.values()}
        for peer in others:
            # Before it is asked whether they live: so an end in between is heard of.
            if peer.pid not in watched:
                self._watch_process(peer)
        dead = [peer.id for peer in others if not self._pulse.is_alive(peer)]
        if dead:
            self._registry.bury(dead)
            self._changed()

    def _watch_process(self, peer: Peer) -> None:
        """Hear of the end of a peer's process when it happens. Only Linux can; elsewhere its lease runs out."""
        if hasattr(os, "pidfd_open") and identity(peer.pid) == peer.process != "":
            with suppress(OSError):
                descriptor = os.pidfd_open(peer.pid)
                self._processes[descriptor] = peer.pid
                self._selector.register(descriptor, selectors.EVENT_READ)

    def _forget_process(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)
        os.close(descriptor)
        del self._processes[descriptor]


def wake(ports: Collection[int]) -> None:
    """Wake peers that listen at these ports. A lost wake-up delays them until their next beat."""
    if ports:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for port in ports:
                sender.sendto(b"!", (_LOOPBACK, port))


def _listen() -> socket.socket | None:
    try:
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.bind((_LOOPBACK, 0))
    except OSError:
        return None
    listener.setblocking(False)
    return listener


def _drain(listener: socket.socket) -> None:
    with suppress(BlockingIOError):
        while True:
            listener.recv(16)
