"""The threads that run the branches of all maps and parallels of an invocation: few, shared, and never deadlocked.

Each map or parallel that runs is a *batch*. It is coordinated by the thread that called it, which may itself be running
a branch of another batch: batches nest. All threads share one lock, held only to hand out branches and to take in
outcomes, never while code of the user runs.

The branches of a small batch start at once, each on a thread. A batch with more branches than there are threads begins
with one, which takes one branch after the other: if they only compute, a second thread would cost more than it brings.
If they wait instead, for the service or in code of the user, the coordinator notices that none comes to an end, or that
checkpoints take their time, and doubles the threads every millisecond until there are as many as may be. A thread that
has finished a branch takes the next one of the same batch, and only then one of a batch that has none. A branch that
suspends frees its thread.

Why this cannot deadlock, however deep batches nest:

* A coordinator waits only while a branch of its batch is running on another thread. If none is, yet some wait because
  all threads are taken, the coordinator runs one itself. So a batch with a branch left to run always has a thread.
* That other thread runs user code, or it coordinates a batch further down the tree of operations, to which the same
  applies. Nobody waits for a batch further up or to the side, so there is no circle; and the tree has an end.

With not a single thread in the pool, the program would run as one thread runs nested loops.

What user code does is beyond that: branches may wait for one another, with a barrier or a queue, and more of them than
there are threads. If nothing has come to an end for `STANDSTILL_SECONDS` while branches wait, a thread is added.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_runtime.concurrency.batch import Batch, Branch

# With the caller's thread, the flusher and what else a process has, this stays below 16.
MAX_THREADS = 12
# Where each step waits for an answer over the network, threads mostly sleep, and those that sleep together share a
# request. AWS's SDK takes a thread for each branch; Lambda allows 1,024.
MAX_THREADS_REMOTE = 64
# How long a batch goes on with the threads it has before it looks whether it needs more.
PATIENCE_SECONDS = 0.001
STANDSTILL_SECONDS = 1.0


class _Worker:
    __slots__ = ("gate", "job", "thread")

    def __init__(self) -> None:
        self.gate = threading.Lock()
        self.gate.acquire()
        self.job: tuple[Batch, Branch] | None = None
        self.thread: threading.Thread | None = None


class BranchPool:
    """The branch threads of one invocation.

    Args:
        is_remote: Whether the service is reached over the network.

    Attributes:
        lock: Guards the pool and all of its batches.
        finished: How many branches have come to an end or suspended.
    """

    def __init__(self, *, is_remote: bool = False) -> None:
        self.lock = threading.Lock()
        self.finished = 0
        self._most_threads = MAX_THREADS_REMOTE if is_remote else MAX_THREADS
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._queue: deque[Batch] = deque()
        self._closed = False

    @property
    def is_full(self) -> bool:
        """Whether there are as many threads as there should be, and all are busy."""
        return not self._idle and len(self._workers) >= self._most_threads

    def staff(self, batch: Batch, *, most: int | None = None) -> bool:
        """Give a batch more threads; return whether it got any. The caller holds the lock.

        Args:
            most: How many; by default one for each of few branches, or one for many.
        """
        before = len(batch.waiting)
        if most is None:
            most = before if before <= self._most_threads else 1
        while batch.waiting and most > 0 and not self._closed and self._add_thread(batch):
            most -= 1
        if batch.waiting and batch not in self._queue:
            self._queue.append(batch)
        return len(batch.waiting) < before

    def relieve(self, batch: Batch) -> None:
        """Add a thread for a batch whose branches all seem to wait for others. The caller holds the lock."""
        if batch.waiting and not self._closed:
            self._start_worker(batch)

    def _add_thread(self, batch: Batch) -> bool:
        if self._idle:
            worker = self._idle.pop()
            worker.job = (batch, batch.take())
            worker.gate.release()
            return True
        return len(self._workers) < self._most_threads and self._start_worker(batch)

    def close(self) -> None:
        """Wait for the branches that are still running, and end the threads."""
        with self.lock:
            self._closed = True
            workers, idle = self._workers, self._idle
            self._idle = []
            for worker in idle:
                worker.gate.release()
        for worker in workers:
            if worker.thread is not None:
                worker.thread.join()

    def _start_worker(self, batch: Batch) -> bool:
        worker = _Worker()
        branch = batch.take()
        worker.job = (batch, branch)
        name = f"durable-branch-{len(self._workers) + 1}"
        worker.thread = threading.Thread(target=self._work, args=(worker,), name=name, daemon=True)
        try:
            worker.thread.start()
        except RuntimeError:
            # The process has no room for another thread; the coordinators get the work done.
            batch.put_back(branch)
            return False
        self._workers.append(worker)
        return True

    def _work(self, worker: _Worker) -> None:
        while worker.job is not None:
            batch, branch = worker.job
            outcome = batch.run(branch)
            with self.lock:
                self.finished += 1
                batch.settle(branch, outcome)
                worker.job = self._next_job(batch)
                idles = worker.job is None and not self._closed
                if idles:
                    self._idle.append(worker)
            if idles:
                worker.gate.acquire()

    def _next_job(self, batch: Batch) -> tuple[Batch, Branch] | None:
        if self._closed:
            return None
        if batch.waiting:
            return batch, batch.take()
        while self._queue:
            queued = self._queue[0]
            if queued.waiting:
                return queued, queued.take()
            self._queue.popleft()
        return None
