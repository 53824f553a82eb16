"""Sends updates of operations to the service: many at a time, in order, without a thread that polls.

Updates wait in one list. A caller that has to know its update recorded sends all that is pending, itself included, in
one request: it is the *leader*. Callers that come while a request is under way add theirs to the list and sleep; when
the answer is there, the leader wakes those whose updates it sent and hands the lead to one of those who still wait. So
one thread costs one request a step and no hand-over, and many threads share requests the more, the slower the service
is.

Nobody waits for the start of an ordinary step or context: such updates go with the next request. If none comes, for
instance because the step's function takes its time, the *flusher* sends them after `LINGER_SECONDS`. It is a thread
that exists from the first such update on and sleeps while nothing is overdue.

What is pending is bounded: beyond the limit, callers that would not wait do.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable

from durable_runtime.exceptions import BackgroundThreadError, OrphanedChildException, SuspendExecution
from durable_runtime.lambda_service import CheckpointOutput, OperationType, OperationUpdate
from durable_runtime.scopes import Scope
from durable_runtime.sizes import told_updates, update_size

logger = logging.getLogger(__name__)

# The bounds of a request that AWS's SDK keeps to. A single update may be larger: it goes alone.
MAX_BATCH_BYTES = 750 * 1024
MAX_BATCH_UPDATES = 250
# How long an update that nobody waits for may stay unsent.
LINGER_SECONDS = 0.05
MAX_PENDING_BYTES = 4 * 1024 * 1024
MAX_PENDING_UPDATES = 1000

# When a request takes longer than this, many callers gather for at most so long before the next.
_SLOW_SECONDS = 0.002
_GATHER_SECONDS = 0.002

# Frames that must be left of the stack when an update is submitted: enough to get the lead back out of any failure.
_SPARE_FRAMES = 64


class _Entry:
    """An update, or a mere question for news (`update` is None), on its way; `gate` opens for the caller that waits."""

    __slots__ = ("answered", "bytes", "error", "gate", "leads", "since", "update", "waits")

    def __init__(self, update: OperationUpdate | None, *, waits: bool) -> None:
        self.update = update
        self.waits = waits
        self.bytes = update_size(update)
        self.gate: threading.Lock | None = None
        self.leads = False
        self.answered = False
        self.error: Callable[[_Entry], BaseException] | None = None
        self.since = time.monotonic()

    def sleep(self) -> None:
        """Wait until the entry is answered or its caller is to lead."""
        if self.gate is not None:
            self.gate.acquire()
            self.gate = None


class Checkpointer:
    """The updates of one invocation.

    Args:
        send: Passes a batch to the service with the current token and returns its answer.
        publish: Makes the operations of an answer readable, further pages included; told the ids that callers wait
            for and whether the execution has ended.
        subject: What to call the execution in the log.

    Attributes:
        is_revoked: Whether the service has taken the invocation's token away.
        failure: Why the service took no more updates, if it did not.
        seconds_blocked: How long, in all, threads have waited for the service without computing.
    """

    def __init__(
        self,
        send: Callable[[list[OperationUpdate]], CheckpointOutput],
        publish: Callable[[CheckpointOutput, set[str], bool], None],
        subject: str,
    ) -> None:
        self._send = send
        self._publish = publish
        self._subject = subject
        self._lock = threading.Lock()
        self._pending: list[_Entry] = []
        self._pending_bytes = 0
        self._sending = False
        # Of the last request: how long it took, and how many callers waited for it.
        self._last_seconds = 0.0
        self._crowd = 0
        self._flusher: threading.Thread | None = None
        self._flusher_wakes = threading.Condition(self._lock)
        self._flusher_idle = False
        self._closed = False
        self._execution_ended = False
        self.is_revoked = False
        self.failure: Exception | None = None
        self.seconds_blocked = 0.0

    # What callers do

    def submit(
        self,
        update: OperationUpdate | None,
        *,
        wait: bool,
        within: Scope | None = None,
        closes: Scope | None = None,
    ) -> None:
        """Have an update recorded, or only news fetched if it is None.

        Args:
            wait: Return only when the service has answered.
            within: The context that the operation belongs to.
            closes: The context that this update ends.

        Raises:
            OrphanedChildException: The context, one around it or the execution has ended.
            BackgroundThreadError: The service refused this or an earlier request.
            SuspendExecution: The service has taken the invocation's token away.
            RecursionError: The stack is almost used up; nothing was submitted.
        """
        if wait or self._is_congested():
            _spare(_SPARE_FRAMES)
        entry = _Entry(update, waits=wait)
        with self._lock:
            self._refuse_if_over(update, within)
            if closes is not None:
                if closes.fatal is not None:
                    raise closes.fatal
                closes.closed = True
            if update is not None and update.operation_type is OperationType.EXECUTION:
                self._execution_ended = True
            self._pending.append(entry)
            self._pending_bytes += entry.bytes
            if not wait and not self._is_congested():
                self._rouse_flusher()
                return
            if self._sending:
                entry.gate = threading.Lock()
                entry.gate.acquire()
            self._sending = True
        self._await(entry)

    def check(self, update: OperationUpdate, within: Scope | None) -> None:
        """Raise what `submit` would raise, without submitting."""
        with self._lock:
            self._refuse_if_over(update, within)

    def record_fatal(self, scope: Scope, error: BaseException) -> bool:
        """Keep `scope` from being closed because of a branch's error; return False if it is closed already."""
        with self._lock:
            if scope.closed:
                return False
            scope.fatal = scope.fatal or error
            return True

    def close(self) -> None:
        """Send what is left and take no more. A failure to send it is kept in `failure` and not raised."""
        with self._lock:
            self._closed = True
            flusher, self._flusher = self._flusher, None
            self._flusher_wakes.notify()
        if flusher is not None:
            flusher.join()
        with self._lock:
            if self._sending or not self._pending or self._is_over():
                return
            self._sending = True
        self._lead(None)

    def _await(self, entry: _Entry) -> None:
        if entry.gate is None:
            entry.leads = True
        else:
            try:
                entry.sleep()
            except BaseException:
                self._abandon(entry)
                raise
        if entry.leads:
            self._lead(entry)
        if entry.error is not None:
            raise entry.error(entry)

    def _abandon(self, entry: _Entry) -> None:
        """The caller was interrupted in its sleep: it must not be, or stay, the one whom the others wait for."""
        with self._lock:
            entry.gate = None
            if entry.leads:
                self._hand_over()

    def _refuse_if_over(self, update: OperationUpdate | None, within: Scope | None) -> None:
        if within is not None and within.is_cut_off():
            raise OrphanedChildException(
                "Parent context completed, child operation cannot checkpoint", operation_id=_id(update)
            )
        if self.failure is not None:
            raise _failed(self.failure)
        if self.is_revoked:
            raise _revoked()
        if self._execution_ended or self._closed:
            raise _ended(update)

    def _is_over(self) -> bool:
        return self.failure is not None or self.is_revoked

    def _is_congested(self) -> bool:
        return len(self._pending) >= MAX_PENDING_UPDATES or self._pending_bytes >= MAX_PENDING_BYTES

    # What the leader does

    def _lead(self, own: _Entry | None) -> None:
        """Send batches until `own` is answered; if it is None, until others can take the lead or nothing is left."""
        while True:
            self._gather()
            with self._lock:
                batch = self._take_batch()
            try:
                error = self._exchange(batch)
            except Exception as refusal:
                told = told_updates([entry.update for entry in batch if entry.update is not None])
                logger.exception("A checkpoint of %s was not taken: %s", self._subject, told)
                error = self._fail(refusal)
            except BaseException as stop:
                # This thread is being ended, and nobody knows whether the service has taken the batch.
                self._answer(batch, self._fail(RuntimeError(f"a checkpoint was interrupted by {stop!r}")))
                self._leave_lead(None)
                raise
            self._answer(batch, error)
            if self._leave_lead(own):
                return

    def _gather(self) -> None:
        """Give those whom the last answer woke the time to come back with their next updates.

        Otherwise the first of them would send its own alone, and all others would wait for two requests instead of one.
        """
        if self._crowd > 1 and self._last_seconds > _SLOW_SECONDS:
            time.sleep(min(_GATHER_SECONDS, self._last_seconds / 10))

    def _take_batch(self) -> list[_Entry]:
        pending = self._pending
        if len(pending) <= MAX_BATCH_UPDATES and self._pending_bytes <= MAX_BATCH_BYTES:
            self._pending, self._pending_bytes = [], 0
            return pending
        count, size = 1, pending[0].bytes
        for entry in pending[1:MAX_BATCH_UPDATES]:
            if size + entry.bytes > MAX_BATCH_BYTES:
                break
            count += 1
            size += entry.bytes
        self._pending = pending[count:]
        self._pending_bytes -= size
        return pending[:count]

    def _exchange(self, batch: list[_Entry]) -> Callable[[_Entry], BaseException] | None:
        """Send a batch and take in the answer; return what to tell those who wait from now on, if anything."""
        updates = [entry.update for entry in batch if entry.update is not None]
        begun, worked = time.perf_counter(), time.thread_time()
        output = self._send(updates)
        self._last_seconds = time.perf_counter() - begun
        self.seconds_blocked += self._last_seconds - (time.thread_time() - worked)
        if output.checkpoint_token:
            ended = False
        elif any(update.operation_type is OperationType.EXECUTION for update in updates):
            ended = True
        else:
            logger.warning(
                "The service took the checkpoint token of %s away. %d updates are recorded; the invocation ends as "
                "PENDING without sending others.",
                self._subject,
                len(updates),
            )
            self.is_revoked = True
            return lambda entry: _revoked()
        waited_for = {entry.update.operation_id for entry in batch if entry.update is not None and entry.waits}
        self._publish(output, waited_for, ended)
        return None

    def _fail(self, error: Exception) -> Callable[[_Entry], BaseException]:
        self.failure = error
        return lambda entry: _failed(error)

    def _answer(self, batch: list[_Entry], error: Callable[[_Entry], BaseException] | None) -> None:
        """Wake those whose updates were sent; after an error, also those whose updates never will be."""
        with self._lock:
            if error is not None:
                batch = [*batch, *self._pending]
                self._pending, self._pending_bytes = [], 0
            self._crowd = 0
            for entry in batch:
                self._crowd += entry.waits
                entry.error = error
                entry.answered = True
                if entry.gate is not None:
                    entry.gate.release()

    def _leave_lead(self, own: _Entry | None) -> bool:
        with self._lock:
            is_done = own.answered if own is not None else not self._pending or self._sleeper() is not None
            if is_done:
                self._hand_over()
            return is_done

    def _hand_over(self) -> None:
        """Let one of those who sleep lead; if there is none, nobody does."""
        sleeper = self._sleeper()
        if sleeper is not None and sleeper.gate is not None:
            sleeper.leads = True
            sleeper.gate.release()
            return
        self._sending = False
        if self._pending:
            self._rouse_flusher()

    def _sleeper(self) -> _Entry | None:
        return next((entry for entry in self._pending if entry.gate is not None), None)

    # What the flusher does

    def _rouse_flusher(self) -> None:
        if self._flusher_idle:
            self._flusher_wakes.notify()
        elif self._flusher is None and not self._closed:
            self._flusher = threading.Thread(target=self._flush_overdue, name="durable-flusher", daemon=True)
            self._flusher.start()

    def _flush_overdue(self) -> None:
        while True:
            with self._lock:
                if not self._await_overdue():
                    return
                self._sending = True
            self._lead(None)

    def _await_overdue(self) -> bool:
        """Sleep until the oldest update has lingered long enough and nobody is sending; False at the end."""
        while not self._closed:
            if not self._pending or self._sending:
                self._flusher_idle = True
                self._flusher_wakes.wait()
                self._flusher_idle = False
                # Whatever woke this thread was young: without this pause a loop of quick steps would wake it each time.
                self._flusher_wakes.wait(LINGER_SECONDS)
                continue
            left = self._pending[0].since + LINGER_SECONDS - time.monotonic()
            if left <= 0:
                return True
            self._flusher_wakes.wait(left)
        return False


def _spare(frames: int) -> None:
    """Raise RecursionError here, where nothing has begun, and not where a leader would leave others waiting."""
    try:
        sys._getframe(sys.getrecursionlimit() // 2)
    except ValueError:
        return  # Not half of the stack is used.
    _descend(frames)


def _descend(frames: int) -> None:
    if frames:
        _descend(frames - 1)


def _id(update: OperationUpdate | None) -> str:
    return update.operation_id if update is not None else ""


# Made anew for each thread that raises it: an exception that several threads raise mixes up their tracebacks.


def _failed(error: Exception) -> BackgroundThreadError:
    return BackgroundThreadError("Checkpoint creation failed", error)


def _revoked() -> SuspendExecution:
    return SuspendExecution("Checkpoint token revoked by the service; ending invocation with PENDING.")


def _ended(update: OperationUpdate | None) -> OrphanedChildException:
    return OrphanedChildException(
        "Execution already completed; checkpoint will not be processed.", operation_id=_id(update)
    )
