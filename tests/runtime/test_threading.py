from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from durable_runtime.exceptions import OrderedLockError
from durable_runtime.threading import CompletionEvent, OrderedCounter, OrderedLock

BROKEN = "Cannot acquire lock in guaranteed order because a previous lock exited with an exception."
SECONDS = 20


def in_queue(lock: OrderedLock, length: int) -> Callable[[], bool]:
    return lambda: len(lock._queue) == length


def wait_for(condition: Callable[[], bool]) -> None:
    """Let other threads run until a condition holds."""
    pause = Event()
    for _ in range(SECONDS * 1000):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("the condition never held")


def test_an_event_wakes_its_waiters() -> None:
    event = CompletionEvent()
    assert not event.is_set()
    assert not event.wait(0)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(event.wait, SECONDS) for _ in range(2)]
        event.set()
        assert [waiter.result(SECONDS) for waiter in waiting] == [True, True]
    assert event.is_set()


def test_an_event_raises_the_first_error_it_was_set_with() -> None:
    event = CompletionEvent()
    event.set(ValueError("first"))
    event.set(KeyError("second"))
    event.set()
    for _ in range(2):
        with pytest.raises(ValueError, match="first"):
            event.wait(0)


def queued(lock: OrderedLock, count: int, body: Callable[[int], Any], pool: ThreadPoolExecutor) -> list[Future[Any]]:
    """Start threads that queue for the lock one after the other, while this thread holds it."""

    def enter(number: int) -> Any:
        with lock:
            return body(number)

    found = []
    for number in range(count):
        found.append(pool.submit(enter, number))
        wait_for(in_queue(lock, number + 2))
    return found


def test_a_lock_is_granted_in_the_order_of_asking() -> None:
    lock, order = OrderedLock(), []
    with ThreadPoolExecutor(5) as pool:
        assert lock.acquire()
        waiting = queued(lock, 5, order.append, pool)
        assert order == []
        lock.release()
        for waiter in waiting:
            waiter.result(SECONDS)
    assert order == [0, 1, 2, 3, 4]


def test_an_error_breaks_the_lock_for_all_that_wait_or_come_later() -> None:
    lock = OrderedLock()
    with ThreadPoolExecutor(3) as pool:
        with pytest.raises(KeyError), lock:
            waiting = queued(lock, 3, lambda _: None, pool)
            raise KeyError("cause")
        for waiter in waiting:
            with pytest.raises(OrderedLockError, match=f"^{BROKEN} KeyError: 'cause'$") as caught:
                waiter.result(SECONDS)
            assert isinstance(caught.value.source_exception, KeyError)
    assert lock.is_broken()
    with pytest.raises(OrderedLockError, match=f"^{BROKEN} KeyError"):
        lock.acquire()


def test_a_broken_lock_can_be_reset_once_the_queue_has_gone() -> None:
    lock = OrderedLock()
    with ThreadPoolExecutor(3) as pool:
        with pytest.raises(KeyError), lock:
            waiting = queued(lock, 3, lambda _: None, pool)
            raise KeyError("cause")
        for waiter in waiting:
            assert isinstance(waiter.exception(SECONDS), OrderedLockError)
    lock.reset()
    assert not lock.is_broken()
    with lock, pytest.raises(OrderedLockError, match=r"^Cannot reset lock because there are callers waiting"):
        lock.reset()


def test_a_lock_that_nobody_holds_cannot_be_released() -> None:
    with pytest.raises(OrderedLockError, match=r"^You have to acquire a lock before you can release it\.$"):
        OrderedLock().release()


def test_a_counter_counts_every_call_once() -> None:
    counter, start = OrderedCounter(), Barrier(4)
    seen: list[int] = []

    def count() -> None:
        start.wait(SECONDS)
        seen.extend(counter.increment() for _ in range(50))

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert sorted(seen) == list(range(1, 201))
    assert counter.decrement() == 199 == counter.get_current()
