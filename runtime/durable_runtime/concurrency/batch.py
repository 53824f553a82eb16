"""A map or parallel while it runs: which branches are under way, how they ended, and what follows from that.

The thread that called the operation coordinates: it starts branches, resumes those whose time has come and waits. What
only needs counting is done by the thread that has finished a branch, so that a batch of a thousand quick branches does
not wake its coordinator a thousand times.

A branch that suspends stays in flight: `max_concurrency` counts it. When all branches in flight are suspended, so is
the operation. While others still run, a branch that waits for a point in time is resumed here, after asking the
service for news.
"""

from __future__ import annotations

import contextvars
import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from durable_runtime.concurrency.completion import CompletionPolicy
from durable_runtime.concurrency.models import BatchItem, BatchResult, CompletionReason
from durable_runtime.concurrency.pool import PATIENCE_SECONDS, STANDSTILL_SECONDS
from durable_runtime.config import BatchItemStatus, CompletionItemStatus
from durable_runtime.exceptions import (
    DurableOperationError,
    ExecutionError,
    InvocationError,
    OrphanedChildException,
    SuspendExecution,
    TimedSuspendExecution,
)
from durable_runtime.guards import UserCode
from durable_runtime.lambda_service import ErrorObject

if TYPE_CHECKING:
    from durable_runtime.scopes import Scope
    from durable_runtime.state import ExecutionState

# A branch that was resumed and finds that it has to wait again although its time is over does not spin.
_SECOND_LOOK_SECONDS = 0.1
# More threads share requests better when the service keeps one waiting for this part of the time.
_BLOCKED_SHARE = 0.3
_MOST_PATIENCE_SECONDS = 0.05


class Branch:
    """One item or branch; `status` is None until it is started. `own_name` is the one that the user gave."""

    __slots__ = ("error", "function", "index", "own_name", "result", "resumed", "status")

    def __init__(self, index: int, function: Callable[..., Any], own_name: str | None) -> None:
        self.index = index
        self.function = function
        self.own_name = own_name
        self.status: BatchItemStatus | None = None
        self.result: Any = None
        self.error: Exception | None = None
        self.resumed = False

    def item(self) -> BatchItem[Any]:
        """Return the branch as it stands in a result."""
        error = branch_error(self.error) if self.error is not None else None
        return BatchItem(self.index, self.status or BatchItemStatus.STARTED, self.result, error)


def branch_error(error: Exception) -> ErrorObject:
    """Return what a result says of a branch's error: what escaped the branch, not the wrapper around it."""
    if isinstance(error, DurableOperationError):
        return ErrorObject(error.message, error.error_type, error.data, error.stack_trace)
    return ErrorObject.from_exception(error)


class _Kind(Enum):
    SUCCEEDED = auto()
    FAILED = auto()
    SUSPENDED = auto()
    ORPHANED = auto()
    FATAL = auto()


# The kind, and the result, error or time to resume at.
Outcome = tuple[_Kind, Any]


class Batch:
    """One run of a map or parallel.

    Args:
        run_branch: Runs a branch in a context of its own and returns its result.
        asks: Surrounds the predicate of the policy.
        scope: The context of the operation.

    Attributes:
        waiting: Branches that were started and have no thread yet.
    """

    def __init__(
        self,
        branches: Sequence[Branch],
        policy: CompletionPolicy,
        max_concurrency: int | None,
        state: ExecutionState,
        scope: Scope,
        run_branch: Callable[[Branch], Any],
        asks: UserCode,
    ) -> None:
        self._branches = branches
        self._policy = policy
        self._limit = max_concurrency or len(branches)
        self._state = state
        self._scope = scope
        self._run_branch = run_branch
        self._asks = asks
        self._pool = state.branch_pool()
        self._news = threading.Condition(self._pool.lock)
        # Branches see the context variables of the caller; what they set stays with them.
        self._variables = contextvars.copy_context()
        self.waiting: deque[Branch] = deque()
        self._next_index = 0
        self._in_flight = 0
        self._running = 0
        self._succeeded = 0
        self._failed = 0
        self._changed = True
        self._patience = PATIENCE_SECONDS
        self._resumes: list[tuple[float, int]] = []
        self._reason: CompletionReason | None = None
        self._over = False
        self._fatal: BaseException | None = None
        self._retryable: InvocationError | None = None

    # On the threads that run branches

    def take(self) -> Branch:
        """Take a waiting branch in order to run it. The caller holds the pool's lock."""
        self._running += 1
        return self.waiting.popleft()

    def put_back(self, branch: Branch) -> None:
        """Undo `take`: there was no thread for it after all."""
        self._running -= 1
        self.waiting.appendleft(branch)

    def run(self, branch: Branch) -> Outcome:
        """Run a branch to its end or suspension."""
        try:
            return _Kind.SUCCEEDED, self._variables.copy().run(self._run_branch, branch)
        except TimedSuspendExecution as suspension:
            return _Kind.SUSPENDED, suspension.scheduled_timestamp
        except SuspendExecution:
            return _Kind.SUSPENDED, None
        except OrphanedChildException:
            return _Kind.ORPHANED, None
        except ExecutionError as error:
            return self._fatal_outcome(error)
        except Exception as error:
            return _Kind.FAILED, error
        except BaseException as error:
            return self._fatal_outcome(error)

    def _fatal_outcome(self, error: BaseException) -> Outcome:
        """What ends the execution does not count as the failure of a branch; a completed batch ignores it."""
        kind = _Kind.FATAL if self._state.record_fatal(self._scope, error) else _Kind.ORPHANED
        return kind, error

    def settle(self, branch: Branch, outcome: Outcome) -> None:
        """Take in how a branch ended, and start others in its place. The caller holds the pool's lock."""
        self._running -= 1
        self._changed = True
        kind, value = outcome
        if kind is _Kind.SUCCEEDED:
            branch.status, branch.result = BatchItemStatus.SUCCEEDED, value
            self._succeeded += 1
            self._in_flight -= 1
        elif kind is _Kind.FAILED:
            branch.status, branch.error = BatchItemStatus.FAILED, value
            self._failed += 1
            self._in_flight -= 1
            if isinstance(value, InvocationError) and value.is_retryable():
                self._retryable = value
        elif kind is _Kind.SUSPENDED:
            if value is not None:
                self._schedule(branch, value)
        else:
            self._over = True
            if kind is _Kind.FATAL:
                self._fatal = self._fatal or value
        if self._policy.should_complete is None:
            self._advance()
        if self._over or not self._running or self._policy.should_complete is not None or self._resumes:
            self._news.notify()

    def _schedule(self, branch: Branch, resume_at: float) -> None:
        if branch.resumed:
            resume_at = max(resume_at, time.time() + _SECOND_LOOK_SECONDS)
        heapq.heappush(self._resumes, (resume_at, branch.index))

    def _advance(self) -> None:
        """Decide by the numbers whether the batch is complete; if it is not, start what may start."""
        if self._over:
            return
        self._reason = self._policy.completed(self._succeeded, self._failed)
        if self._reason is not None:
            self._end()
        else:
            self._admit()

    def _admit(self) -> None:
        while self._next_index < len(self._branches) and self._in_flight < self._limit:
            branch = self._branches[self._next_index]
            branch.status = BatchItemStatus.STARTED
            self.waiting.append(branch)
            self._next_index += 1
            self._in_flight += 1

    def _end(self) -> None:
        self._over = True
        self.waiting.clear()

    # On the thread of the coordinator

    def coordinate(self) -> BatchResult[Any]:
        """Run the batch until it is complete, and return its result.

        Raises:
            SuspendExecution: All branches in flight are suspended; a TimedSuspendExecution if one waits for a time.
            InvocationError: A branch failed with one that a new invocation may cure.
            BaseException: What a branch raised that ends the execution.
        """
        with self._pool.lock:
            try:
                self._consider()
                while not self._over:
                    self._step()
            finally:
                self._end()
            if self._fatal is not None:
                raise self._fatal
            if self._retryable is not None:
                raise self._retryable
            items = [branch.item() for branch in self._branches[: self._next_index]]
        return BatchResult(items, self._reason or CompletionReason.ALL_COMPLETED)

    def _consider(self) -> None:
        """Ask the predicate, if there is one and something has changed; then decide and start."""
        if self._policy.should_complete is None:
            self._advance()
        elif self._changed:
            self._changed = False
            succeeded, failed, items = self._succeeded, self._failed, tuple(self._snapshot())
            self._pool.lock.release()
            try:
                with self._asks:
                    decision = self._policy.ask(succeeded, failed, lambda: items)
            finally:
                self._pool.lock.acquire()
            if self._over:
                return
            self._reason = self._policy.completed(succeeded, failed, decision)
            if self._reason is not None:
                self._end()
            else:
                self._admit()

    def _snapshot(self) -> Iterator[CompletionItemStatus]:
        for branch in self._branches:
            yield CompletionItemStatus(branch.index, branch.own_name, branch.status)

    def _step(self) -> None:
        """Do what is due, or wait for news."""
        if self._policy.should_complete is not None and self._changed:
            self._consider()
            return
        if self._resumes and self._resumes[0][0] <= time.time():
            self._resume()
        elif self._running:
            self._wait()
        elif not self.waiting:
            self._suspend()
        # One branch at a time needs no other thread than this one.
        elif self._limit == 1 or not self._pool.staff(self):
            self._help()

    def _wait(self) -> None:
        timeout = self._resumes[0][0] - time.time() if self._resumes else None
        if not self.waiting:
            self._news.wait(timeout)
            return
        is_full = self._pool.is_full
        patience = STANDSTILL_SECONDS if is_full else self._patience
        finished, blocked = self._pool.finished, self._state.seconds_blocked
        if self._news.wait(patience if timeout is None else min(patience, timeout)) or not self.waiting:
            return
        stands_still = self._pool.finished == finished
        if stands_still and is_full:
            self._pool.relieve(self)
            return
        is_blocked = self._state.seconds_blocked - blocked > patience * _BLOCKED_SHARE
        if (stands_still or is_blocked) and self._pool.staff(self, most=self._running):
            self._patience = PATIENCE_SECONDS
        else:
            self._patience = min(self._patience * 2, _MOST_PATIENCE_SECONDS)

    def _resume(self) -> None:
        now = time.time()
        due: list[int] = []
        while self._resumes and self._resumes[0][0] <= now:
            due.append(heapq.heappop(self._resumes)[1])
        self._pool.lock.release()
        try:
            self._state.refresh()
        finally:
            self._pool.lock.acquire()
        if self._over:
            return
        for index in sorted(due):
            branch = self._branches[index]
            branch.resumed = True
            self.waiting.append(branch)

    def _help(self) -> None:
        branch = self.take()
        self._pool.lock.release()
        try:
            outcome = self.run(branch)
        finally:
            self._pool.lock.acquire()
        self._pool.finished += 1
        self.settle(branch, outcome)

    def _suspend(self) -> None:
        # A new invocation may cure the error, while PENDING would hide it.
        if self._retryable is not None:
            raise self._retryable
        if self._resumes:
            raise TimedSuspendExecution("All concurrent work complete or suspended pending retry.", self._resumes[0][0])
        raise SuspendExecution("All concurrent work complete or suspended and pending external callback.")
