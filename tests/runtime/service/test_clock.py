"""Real and virtual time."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from durable_runtime.service.clock import Clock, RealClock, VirtualClock

from tests.runtime.service.engines import PATIENCE

HOUR = timedelta(hours=1)


@pytest.fixture(params=[RealClock, VirtualClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def notified_wait(clock: Clock, until: datetime | None, *, idle: bool) -> None:
    """Wait on a condition that another thread notifies."""
    condition = threading.Condition()

    def notify() -> None:
        with condition:
            condition.notify_all()

    with condition:
        threading.Thread(target=notify).start()
        clock.wait(condition, until, timeout=PATIENCE, idle=idle)


def test_tells_the_time_in_whole_milliseconds(clock: Clock) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.microsecond % 1000 == 0


def test_a_notification_ends_a_wait(clock: Clock) -> None:
    started = time.monotonic()
    notified_wait(clock, None, idle=True)
    notified_wait(clock, clock.now() + HOUR, idle=False)
    assert time.monotonic() - started < PATIENCE


def test_waits_no_longer_than_to_the_moment(clock: Clock) -> None:
    moment = clock.now() + timedelta(milliseconds=2)
    condition = threading.Condition()
    with condition:
        while clock.now() < moment:
            clock.wait(condition, moment, timeout=None, idle=False)
        clock.wait(condition, moment, timeout=None, idle=False)


def test_virtual_time_skips_when_nothing_runs() -> None:
    clock = VirtualClock()
    moment = clock.now() + HOUR
    condition = threading.Condition()
    with condition:
        clock.wait(condition, moment, timeout=None, idle=True)
    assert moment <= clock.now() < moment + HOUR


def test_virtual_time_never_goes_back() -> None:
    clock = VirtualClock()
    clock.advance_to(clock.now() + HOUR)
    now = clock.now()
    clock.advance_to(now - HOUR)
    assert clock.now() >= now
