"""The state machine of one durable execution. Pure: no clock, no I/O, no threads, no randomness of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from durable_runtime.service.ledger.changes import Changes, InvokeOutcome, Target
from durable_runtime.service.ledger.execution import Execution, Start
from durable_runtime.service.wire import ErrorObject, InvocationOutput, Operation, OperationUpdate


@dataclass(frozen=True, slots=True)
class StatePage:
    """A page of the state that a handler replays."""

    operations: list[Operation]
    """Operations as the API shows them, in the order in which they started."""
    next_marker: str | None
    """Marker of the next page; None on the last one."""


class Ledger:
    """One execution: its header, its operations, and every transition they can make.

    Each transition takes the time, checks all that it is given, changes the ledger and returns the `Changes` to
    store. If it raises one of `durable_runtime.service.errors` the ledger is as it was. Times are UTC datetimes in
    whole milliseconds. A ledger is not thread-safe: its owner calls one method at a time.
    """

    execution: Execution
    """The header; replaced, never changed, by each transition."""
    operations: dict[str, Operation]
    """Every operation by id in the order in which they started, the EXECUTION first; replaced, never changed."""

    def __init__(
        self,
        execution: Execution,
        operations: Iterable[Operation],
        *,
        new_id: Callable[[], str],
        resolve: Callable[[str], Target | None],
    ) -> None:
        """Open the ledger of a stored execution.

        Args:
            execution: the header as last stored.
            operations: all operations as last stored, in the order in which they were first stored.
            new_id: makes unique ids of `[a-zA-Z0-9_-]{1,64}`, for the names and invocation ids of child executions.
            resolve: tells what a chained invoke's function name reaches; None if there is no such function.
        """
        raise NotImplementedError

    @classmethod
    def begin(
        cls, start: Start, *, new_id: Callable[[], str], resolve: Callable[[str], Target | None]
    ) -> tuple[Ledger, Changes]:
        """Begin a new execution at `start.started_at`.

        Raises:
            InvalidParameterValueException: the ARN, a duration or the size of the input is out of bounds.
        """
        raise NotImplementedError

    # Invocations of the handler

    def invocation_started(self, now: datetime, request_id: str) -> Changes:
        """Note that the handler is being invoked; call it before making the event.

        All that happened so far counts as seen by the handler, older checkpoint tokens become invalid, and
        `needs_invocation` becomes false. `updated_since_last_invocation` still answers for the new invocation's event.
        """
        raise NotImplementedError

    def invocation_completed(self, now: datetime, output: InvocationOutput) -> Changes:
        """The handler returned: write InvocationCompleted and, unless the output is PENDING, end the execution.

        An output that Lambda would not take (an unknown status, a result with FAILED, an error with SUCCEEDED, a
        result above the limit, PENDING with nothing to wait for) ends the execution FAILED with an error that says so.
        The output of an invocation that outlived its execution, or whose execution it ended itself by a checkpoint, is
        ignored. Afterwards `execution.needs_invocation` tells whether something happened that the handler has not seen.
        """
        raise NotImplementedError

    def invocation_failed(self, now: datetime, error: ErrorObject, retry_at: datetime | None = None) -> Changes:
        """The handler raised, or its process died or ran out of time: write InvocationCompleted with the error.

        The handler is owed another invocation, at `retry_at` if given (a timer of the ledger), else at once.
        `execution.failures` counts the failures in a row.
        """
        raise NotImplementedError

    def fail(self, now: datetime, error: ErrorObject) -> Changes:
        """End the execution FAILED for a reason of the service's own, e.g. a function that is gone.

        An execution that is over is left as it is.
        """
        raise NotImplementedError

    # What a handler asks for

    @property
    def checkpoint_token(self) -> str | None:
        """The token that the next checkpoint must carry; None when the handler may write no more.

        Put it into the event after `invocation_started` and into the response after `checkpoint`. None means that the
        execution is over, pausing or paused, or that no invocation runs.
        """
        raise NotImplementedError

    def check_token(self, token: str) -> None:
        """Refuse a checkpoint token that is not the valid one.

        Raises:
            InvalidParameterValueException: "Invalid checkpoint token".
        """
        raise NotImplementedError

    def checkpoint(self, updates: Sequence[OperationUpdate], now: datetime) -> Changes:
        """Apply a handler's updates, all or none; the caller has checked the token.

        Timers that are due by `now` fire first, so that the response brings their news. A batch may end the execution
        (an EXECUTION update). If a pause was asked for, the execution is PAUSED afterwards and the handler gets no
        token. Call `take_unseen` for the response's operations.

        Raises:
            InvalidParameterValueException: an update is malformed, impossible in the present state, or over a limit.
        """
        raise NotImplementedError

    def take_unseen(self) -> list[Operation]:
        """The operations for the response to the checkpoint just made: all that changed since the handler last looked.

        They are as the API shows them, in the order of their last change. Nothing has to be stored: the `Changes` of
        the checkpoint already count them as seen. Empty after a checkpoint that paused or ended the execution.
        """
        raise NotImplementedError

    def state_page(
        self, marker: str | None = None, max_items: int | None = None, max_bytes: int | None = None
    ) -> StatePage:
        """A page of the state to replay: for the invocation event and for GetDurableExecutionState.

        Operations below a completed context are left out unless the context says ReplayChildren, as the API does it.

        Args:
            marker: `next_marker` of the page before; None or "" for the first one.
            max_items: at most so many operations, 1 to 1,000; None or 0 for as many as the bytes allow.
            max_bytes: at most so many bytes of payloads, by default 5 MiB; a single operation may be larger.

        Raises:
            InvalidParameterValueException: the marker is not one of this execution.
        """
        raise NotImplementedError

    def updated_since_last_invocation(self) -> list[str]:
        """UpdatedOperationIds for the invocation event.

        Those are the operations that timers, callbacks or chained invokes changed and no invocation has yet got to
        know and ended in order, oldest change first.
        """
        raise NotImplementedError

    # What happens outside of the handler

    def next_due(self) -> datetime | None:
        """When the next timer fires: a wait, a retry, a timeout, a repeated invocation. None if there is no timer."""
        raise NotImplementedError

    def due(self, now: datetime) -> Changes | None:
        """Fire every timer that is due by `now`, in the order of their times. None if nothing happened."""
        raise NotImplementedError

    def callback_succeeded(self, operation_id: str, result: str | None, now: datetime) -> Changes:
        """Complete a callback with a result: the text of the request's body, None for an empty one.

        Raises:
            ResourceNotFoundException: there is no such callback.
            CallbackTimeoutException: it has been completed, has timed out, or the execution is over.
            InvalidParameterValueException: the result is larger than 1 MiB.
        """
        raise NotImplementedError

    def callback_failed(self, operation_id: str, error: ErrorObject | None, now: datetime) -> Changes:
        """Complete a callback with an error. Raises as `callback_succeeded` does."""
        raise NotImplementedError

    def callback_heartbeat(self, operation_id: str, now: datetime) -> Changes:
        """Restart a callback's heartbeat timeout; no event, no invocation. Raises as `callback_succeeded` does."""
        raise NotImplementedError

    def invoke_finished(self, operation_id: str, outcome: InvokeOutcome, now: datetime) -> Changes | None:
        """Complete a chained invoke. None if it is complete already or the execution is over.

        Raises:
            ResourceNotFoundException: there is no such chained invoke.
        """
        raise NotImplementedError

    # What operators ask for

    def stop(self, error: ErrorObject | None, now: datetime) -> Changes | None:
        """Stop the execution, its running chained invokes (see `Changes.stops`) and its open callbacks.

        None if it is over already; `execution.ended_at` is the answer's StopTimestamp in either case.
        """
        raise NotImplementedError

    def pause(
        self,
        now: datetime,
        *,
        reason: str | None = None,
        timeout_paused: bool = True,
        client_token: str | None = None,
    ) -> Changes | None:
        """Pause: PAUSED at once, or PAUSING until the running invocation checkpoints or ends.

        Timers, callbacks and chained invokes go on; the handler is not invoked. None if `client_token` is that of the
        last request to pause.

        Raises:
            ResourceConflictException: the execution is not RUNNING.
            InvalidParameterValueException: the reason or the token is malformed.
        """
        raise NotImplementedError

    def resume(self, now: datetime, *, reason: str | None = None, client_token: str | None = None) -> Changes | None:
        """Lift a pause, or withdraw it while the execution is still PAUSING.

        The handler is invoked if the pause cut an invocation short or something happened meanwhile. None if
        `client_token` is that of the last request to resume.

        Raises:
            ResourceConflictException: the execution is neither PAUSING nor PAUSED.
            InvalidParameterValueException: the reason or the token is malformed.
        """
        raise NotImplementedError

    def delete(self) -> Changes:
        """Mark an execution that is over as DELETING; the store then removes it.

        Raises:
            ResourceConflictException: the execution is not over.
        """
        raise NotImplementedError
