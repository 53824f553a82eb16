"""Locks and events between the threads of one invocation."""

from __future__ import annotations

from collections import deque
from threading import Event, Lock
from types import TracebackType
from typing import Self

from durable_runtime.exceptions import OrderedLockError

_BROKEN = "Cannot acquire lock in guaranteed order because a previous lock exited with an exception."


class CompletionEvent:
    """An event that wakes its waiters with success or with an error to raise."""

    def __init__(self) -> None:
        self._event = Event()
        self._error: BaseException | None = None

    def set(self, error: BaseException | None = None) -> None:
        """Wake the waiters; the first error given is the one they raise."""
        if self._error is None:
            self._error = error
        self._event.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds; return whether the event was set, or raise the error it was set with."""
        happened = self._event.wait(timeout)
        if self._error is not None:
            raise self._error
        return happened

    def is_set(self) -> bool:
        """Tell whether the event was set."""
        return self._event.is_set()


class OrderedLock:
    """A lock that is granted in the order in which it was asked for.

    Use it as a context manager. If the body raises, the lock is broken: the threads in the queue and all that come
    later get OrderedLockError, for to let them through would change the order. `reset()` repairs it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._queue: deque[Event] = deque()  # the holder is first
        self._broken = False
        self._cause: Exception | None = None

    def acquire(self) -> bool:
        """Wait for all earlier callers, then return True.

        Raises:
            OrderedLockError: A holder before this caller raised.
        """
        with self._lock:
            if self._broken:
                raise OrderedLockError(_BROKEN, self._cause)
            turn = Event()
            self._queue.append(turn)
            if len(self._queue) == 1:
                return True
        turn.wait()
        with self._lock:
            if self._broken:
                # Leave the queue, or the lock would seem held for ever and reset() would never be allowed.
                self._queue.remove(turn)
                raise OrderedLockError(_BROKEN, self._cause)
        return True

    def release(self) -> None:
        """Hand the lock to the next in the queue.

        Raises:
            OrderedLockError: Nobody holds the lock.
        """
        with self._lock:
            if not self._queue:
                raise OrderedLockError("You have to acquire a lock before you can release it.")
            self._queue.popleft()
            if self._queue and not self._broken:
                self._queue[0].set()

    def reset(self) -> None:
        """Make a broken lock usable again.

        Raises:
            OrderedLockError: Callers hold the lock or wait for it.
        """
        with self._lock:
            if self._queue:
                raise OrderedLockError("Cannot reset lock because there are callers waiting for the lock.")
            self._broken = False
            self._cause = None

    def is_broken(self) -> bool:
        """Tell whether a holder left the lock with an error."""
        with self._lock:
            return self._broken

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        if exc_type is not None:
            with self._lock:
                self._broken = True
                self._cause = exc_val  # type: ignore[assignment]
                for turn in self._queue:
                    turn.set()
        self.release()


class OrderedCounter:
    """A counter from 0 whose callers get their numbers in the order in which they asked."""

    def __init__(self) -> None:
        self._lock = OrderedLock()
        self._value = 0

    def increment(self) -> int:
        """Add one and return the new value."""
        with self._lock:
            self._value += 1
            return self._value

    def decrement(self) -> int:
        """Subtract one and return the new value."""
        with self._lock:
            self._value -= 1
            return self._value

    def get_current(self) -> int:
        """Return the value."""
        with self._lock:
            return self._value
