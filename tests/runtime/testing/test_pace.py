"""What the clock of tests skips, and what it leaves time for."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from durable_runtime.testing.pace import SkippingClock
from durable_runtime.testing.watch import Timer, Watch, Watched


class _Condition(threading.Condition):
    """A condition that only notes for how long it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return True


class _Header:
    """An execution that runs and times out in an hour."""

    arn = "arn"
    ended = False
    retry_at: datetime | None = None


class _World:
    """A clock with one execution, at one look of the engine's."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.held: list[float] = []
        self.clock = SkippingClock(self.watch, lambda arn, seconds: self.held.append(seconds))
        self.condition = _Condition()
        self.watched = Watched(_Header())  # type: ignore[arg-type]
        self.watch.executions["arn"] = self.watched
        self.start = self.clock.now()

    def due(self, seconds: float, *, patience: bool) -> None:
        timer = Timer(datetime.now(UTC) + timedelta(seconds=seconds), patience)
        self.watched.timers[f"{len(self.watched.timers)}"] = (timer,)

    def look(self, *, idle: bool = True, until: float = 3600) -> float:
        """Let the engine wait, for an execution timeout in an hour; the seconds that were skipped."""
        with self.condition:
            moment = datetime.now(UTC) + timedelta(seconds=until)
            self.clock.wait(self.condition, moment, timeout=None, idle=idle)
        return (self.clock.now() - self.start).total_seconds()


@pytest.fixture
def world() -> _World:
    return _World()


@pytest.fixture
def waited_for(world: _World, monkeypatch: pytest.MonkeyPatch) -> _World:
    """The world while the test waits for an outcome."""
    monkeypatch.setattr(Watch, "is_waited_for", True)
    return world


def test_nothing_is_skipped_while_something_runs(waited_for: _World) -> None:
    waited_for.due(60, patience=False)
    assert waited_for.look(idle=False, until=60) < 1
    assert waited_for.condition.waits != []


def test_waits_are_skipped_whoever_waits(world: _World) -> None:
    world.due(60, patience=False)
    assert 59 < world.look() < 61
    assert world.condition.waits == []


def test_the_execution_timeout_does_not_count_what_is_skipped(world: _World) -> None:
    world.due(60, patience=False)
    world.look()
    assert world.held == [pytest.approx(60, abs=1)]


def test_what_is_due_later_than_the_execution_timeout_is_skipped_to(world: _World) -> None:
    world.due(86400, patience=False)
    assert 86399 < world.look() < 86401


def test_callbacks_take_their_time_while_the_test_does_something_else(world: _World) -> None:
    world.due(60, patience=True)
    assert world.look(until=60) < 1
    assert world.condition.waits == [pytest.approx(60, abs=1)]


def test_callbacks_time_out_while_the_test_waits(waited_for: _World) -> None:
    waited_for.due(60, patience=True)
    assert 59 < waited_for.look() < 61


def test_what_is_planned_comes_before_later_timeouts(world: _World) -> None:
    world.due(60, patience=True)
    world.due(30, patience=False)
    assert 29 < world.look() < 31


def test_what_is_planned_waits_for_earlier_timeouts(world: _World) -> None:
    world.due(30, patience=True)
    world.due(60, patience=False)
    assert world.look(until=30) < 1


def test_callbacks_take_their_time_while_a_thread_of_the_test_lives(waited_for: _World) -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    waited_for.due(60, patience=True)
    assert waited_for.look(until=60) < 1
    assert waited_for.condition.waits == [pytest.approx(0.02)]
    release.set()
    thread.join()
    assert 59 < waited_for.look() < 61


def test_threads_of_the_engine_and_of_earlier_times_do_not_count(waited_for: _World) -> None:
    release = threading.Event()
    threads = [threading.Thread(target=release.wait, name=name) for name in ("invocation-1", "durable-branch-1")]
    for thread in threads:
        thread.start()
    waited_for.due(60, patience=True)
    assert 59 < waited_for.look() < 61
    release.set()
    for thread in threads:
        thread.join()


def test_the_execution_timeout_is_the_last_thing_that_happens(waited_for: _World) -> None:
    assert 3599 < waited_for.look() < 3601
    assert waited_for.held == []


def test_an_execution_timeout_takes_its_time_while_the_test_does_something_else(world: _World) -> None:
    assert world.look() < 1
    assert world.condition.waits == [pytest.approx(3600, abs=1)]
