"""The file, and the processes that share it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.clock import RealClock
from durable_runtime.service.errors import ServiceException
from durable_runtime.service.store import peers
from durable_runtime.service.store.peers import LEASE_SECONDS, Peer, Pulse, identity
from durable_runtime.service.store.schema import VERSION, StoreError
from durable_runtime.service.store.sqlite import SqliteStore

from tests.runtime.service.engines import PATIENCE, ManualHost, engine, started
from tests.runtime.service.ledger.play import step
from tests.runtime.service.test_stores import Stored


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_refuses_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("name,amount\n" * 100)
    with pytest.raises(StoreError, match=r"store\.db cannot be used as a store: file is not a database; name another"):
        SqliteStore(path)
    assert path.read_text().startswith("name")


def test_refuses_a_database_of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE executions (id)")
    with pytest.raises(StoreError, match="is a database of another program; name another file"):
        SqliteStore(path)


def test_refuses_a_file_of_a_newer_version(path: Path) -> None:
    SqliteStore(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match=rf"newer version .*schema {VERSION + 1}, this one knows {VERSION}"):
        SqliteStore(path)


def test_refuses_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path / "missing" / "store.db")


def test_writes_ahead_and_to_the_disk(path: Path) -> None:
    store = SqliteStore(path)
    with store._writer.snapshot() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    store.close()


def test_a_failure_of_the_file_is_the_service_s(path: Path) -> None:
    store = SqliteStore(path)
    execution = Stored(store)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE events")
    execution_started = execution.ledger.invocation_started(execution.ledger.execution.start.started_at, "r")
    execution.commit(execution_started)  # writes no event
    with pytest.raises(ServiceException, match="The store failed: no such table: events"):
        execution.checkpoint(step("a"))
    assert store.version(execution.arn) == 2
    store.close()


def test_a_closed_store_fails_as_the_service_does(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    with pytest.raises(ServiceException):
        store.version("arn")


def test_tells_whether_others_wrote(path: Path) -> None:
    one, other = SqliteStore(path), SqliteStore(path)
    execution = Stored(one)
    epochs = one.epoch(), other.epoch()
    execution.invoked()
    assert one.epoch() == epochs[0]
    assert other.epoch() != epochs[1]
    assert other.version(execution.arn) == 2
    one.close()
    other.close()


def test_wakes_peers_that_watch(path: Path) -> None:
    one, other = SqliteStore(path), SqliteStore(path)
    woken = threading.Event()
    other.watch(woken.set)
    woken.clear()
    Stored(one)
    assert woken.wait(PATIENCE)
    one.close()
    other.close()


def test_the_claims_of_an_open_store_are_respected(path: Path) -> None:
    one, other = SqliteStore(path), SqliteStore(path)
    execution = Stored(one)
    execution.invoked()
    assert other.busy_elsewhere()
    assert list(other.abandoned()) == []
    one.close()
    assert list(other.abandoned()) == [execution.arn]
    other.close()


_CLAIM_AND_HANG = """
import sys, time
from pathlib import Path
from durable_runtime.service.store.sqlite import SqliteStore
from tests.runtime.service.test_stores import Stored
execution = Stored(SqliteStore(Path(sys.argv[1])))
execution.invoked()
print(execution.arn, flush=True)
time.sleep(600)
"""


@pytest.fixture
def peer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process; once its first line is read, it holds the claim to the execution with that ARN."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _CLAIM_AND_HANG, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process
        process.kill()


def hears_that_it_is_abandoned(store: SqliteStore, arn: str) -> threading.Event:
    heard = threading.Event()

    def changed() -> None:
        if arn in store.abandoned():
            heard.set()

    store.watch(changed)
    return heard


def test_hears_at_once_of_a_peer_s_death(
    path: Path, peer: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "BEAT_SECONDS", 600.0)
    store = SqliteStore(path)
    assert peer.stdout is not None
    heard = hears_that_it_is_abandoned(store, peer.stdout.readline().strip())
    assert not heard.is_set()
    peer.kill()
    assert heard.wait(PATIENCE)
    store.close()


def test_hears_of_a_peer_that_dies_just_after_it_was_seen_alive(
    path: Path, peer: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class LastLook(Pulse):
        def is_alive(self, other: Peer) -> bool:
            alive = super().is_alive(other)
            peer.kill()
            peer.wait()
            return alive

    monkeypatch.setattr(peers, "BEAT_SECONDS", 600.0)
    monkeypatch.setattr(peers, "Pulse", LastLook)
    store = SqliteStore(path)
    assert peer.stdout is not None
    assert hears_that_it_is_abandoned(store, peer.stdout.readline().strip()).wait(PATIENCE)
    store.close()


def test_beats_go_on_after_the_store_failed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "BEAT_SECONDS", 0.01)
    beats: list[int | None] = []
    recovered = threading.Event()

    class Failing(SqliteStore):
        def enlist(self, port: int | None) -> None:
            beats.append(port)
            if len(beats) in (2, 3):
                raise ServiceException("The store failed: database or disk is full")
            super().enlist(port)
            if len(beats) > 3:
                recovered.set()

    store = Failing(path)
    store.watch(lambda: None)
    assert recovered.wait(PATIENCE)
    store.close()


def test_a_process_is_told_from_others_with_its_pid() -> None:
    me = identity(os.getpid())
    assert me is not None
    assert me == identity(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    assert identity(process.pid) != me


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The observer's clock; set its only item."""
    clock = [0.0]
    monkeypatch.setattr(peers.time, "monotonic", lambda: clock[0])
    return clock


def test_a_lease_runs_out_when_the_beats_stand_still(hours: list[float]) -> None:
    pulse = Pulse()
    mine = identity(os.getpid()) or ""
    assert pulse.is_alive(Peer("p", os.getpid(), mine, None, 3))
    hours[0] = LEASE_SECONDS - 1
    assert pulse.is_alive(Peer("p", os.getpid(), mine, None, 3))
    assert pulse.is_alive(Peer("p", os.getpid(), mine, None, 4))
    hours[0] += LEASE_SECONDS - 1
    assert pulse.is_alive(Peer("p", os.getpid(), mine, None, 4))
    hours[0] += 2
    assert not pulse.is_alive(Peer("p", os.getpid(), mine, None, 4))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells one process from another with the same pid")
def test_a_peer_is_dead_when_its_process_is_gone() -> None:
    boot, namespace, born = (identity(os.getpid()) or "").split(" ")
    assert not Pulse().is_alive(Peer("p", os.getpid(), f"{boot} {namespace} {int(born) - 1}", None, 0))
    assert not Pulse().is_alive(Peer("p", os.getpid(), f"another-boot {namespace} {born}", None, 0))
    assert Pulse().is_alive(Peer("p", 1, f"{boot} pid:[another] {born}", None, 0))
    assert Pulse().is_alive(Peer("p", 1, "", None, 0))


def test_what_another_process_has_taken_over_is_left_to_it(path: Path) -> None:
    """Two processes find the same invocation abandoned; the slower one comes when the handler runs again."""

    def handler(event: Any, context: Any) -> None:
        """Played by the test."""

    class Slow(SqliteStore):
        """Still thinks that the first invocation is the one."""

        outdated = True

        def abandoned(self) -> Sequence[str]:
            found, self.outdated = [arn] if self.outdated else super().abandoned(), False
            return found

    host = ManualHost()
    with engine(handler, store=SqliteStore(path), host=host) as gone:
        arn = started(gone, host, "handler").arn
    with engine(handler, store=SqliteStore(path), host=host) as quick:
        quick.wait_for(arn, lambda view: len(host.invocations) == 2, timeout=PATIENCE)
        with engine(handler, store=Slow(path), host=host, clock=RealClock()) as slow, pytest.raises(TimeoutError):
            slow.wait_for(arn, lambda view: view.ended, timeout=0.05)
        host.invocations[1].checkpoint(step("a"))
        assert len(host.invocations) == 2
