"""The state machine of one durable execution. Pure: no clock, no I/O, no threads, no randomness of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from durable_runtime.service.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from durable_runtime.service.ledger import callbacks, executions, invokes, operations, outputs, shapes
from durable_runtime.service.ledger.changes import Changes, InvokeOutcome, Target
from durable_runtime.service.ledger.derived import Derived
from durable_runtime.service.ledger.draft import Draft
from durable_runtime.service.ledger.execution import Execution, Start
from durable_runtime.service.ledger.pages import StatePage, page_of
from durable_runtime.service.ledger.validation import check_batch
from durable_runtime.service.tokens import CheckpointToken
from durable_runtime.service.wire import ErrorObject, InvocationOutput, Operation, OperationUpdate, public


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
        stored: Iterable[Operation],
        *,
        new_id: Callable[[], str],
        resolve: Callable[[str], Target | None],
    ) -> None:
        """Open the ledger of a stored execution.

        Args:
            execution: the header as last stored.
            stored: all operations as last stored, in the order in which they were first stored.
            new_id: makes unique ids of `[a-zA-Z0-9_-]{1,64}`, for the names and invocation ids of child executions.
            resolve: tells what a chained invoke's function name reaches; None if there is no such function.
        """
        self.execution = execution
        self.operations = {operation["Id"]: operation for operation in stored}
        self._new_id = new_id
        self._resolve = resolve
        self._derived = Derived(execution, self.operations)
        self._answer: list[Operation] = []

    @classmethod
    def begin(
        cls, start: Start, *, new_id: Callable[[], str], resolve: Callable[[str], Target | None]
    ) -> tuple[Ledger, Changes]:
        """Begin a new execution at `start.started_at`.

        Raises:
            InvalidParameterValueException: the ARN, the name or a duration is out of bounds.
            RequestTooLargeException: the input is larger than `start.payload_limit`.
        """
        size = executions.check_start(start)
        ledger = cls(Execution(start), (), new_id=new_id, resolve=resolve)
        draft = ledger._draft(start.started_at)
        draft.stored = size
        executions.begin(draft)
        return ledger, ledger._commit(draft)

    # Invocations of the handler

    def invocation_started(self, now: datetime, request_id: str) -> Changes:
        """Note that the handler is being invoked; call it before making the event.

        All that happened so far counts as seen by the handler, older checkpoint tokens become invalid, and
        `needs_invocation` becomes false. `updated_since_last_invocation` still answers for the new invocation's event.
        """
        assert self.execution.status == "RUNNING" and self.execution.invocation is None, self.execution
        draft = self._draft(now)
        executions.start_invocation(draft, request_id)
        self._derived.unseen.clear()
        return self._commit(draft)

    def invocation_completed(self, now: datetime, output: InvocationOutput) -> Changes:
        """The handler returned: write InvocationCompleted and, unless the output is PENDING, end the execution.

        An output that Lambda would not take (an unknown status, a result with FAILED, an error with SUCCEEDED, a
        result above the limit, PENDING with nothing to wait for) ends the execution FAILED with an error that says so.
        The output of an invocation that outlived its execution, or whose execution it ended itself by a checkpoint, is
        ignored. Afterwards `execution.needs_invocation` tells whether something happened that the handler has not seen.
        """
        draft = self._draft(now)
        executions.end_invocation(draft)
        execution = self.execution
        if not execution.ended:
            draft.header |= {"acknowledged": execution.seen, "failures": 0}
            problem = outputs.problem(output, execution, may_wait=self.may_wait())
            if problem is not None:
                error: ErrorObject = {"ErrorMessage": problem, "ErrorType": "InvalidParameterValueException"}
                executions.end(draft, "FAILED", error=error)
            elif output["Status"] == "SUCCEEDED":
                executions.end(draft, "SUCCEEDED", result=output.get("Result"))
            elif output["Status"] == "FAILED":
                executions.end(draft, "FAILED", error=shapes.error_object(output.get("Error") or {}))
            elif execution.status == "PAUSING":
                executions.rest(draft)
        return self._commit(draft)

    def invocation_failed(self, now: datetime, error: ErrorObject, retry_at: datetime | None = None) -> Changes:
        """The handler raised, or its process died or ran out of time: write InvocationCompleted with the error.

        The handler is owed another invocation, at `retry_at` if given (a timer of the ledger), else at once.
        `execution.failures` counts the failures in a row.
        """
        draft = self._draft(now)
        executions.end_invocation(draft, error)
        if not self.execution.ended:
            draft.header |= {"owed": True, "retry_at": retry_at, "failures": self.execution.failures + 1}
            if self.execution.status == "PAUSING":
                executions.rest(draft)
        return self._commit(draft)

    def fail(self, now: datetime, error: ErrorObject) -> Changes:
        """End the execution FAILED for a reason of the service's own, e.g. a function that is gone.

        An execution that is over is left as it is.
        """
        draft = self._draft(now)
        if not self.execution.ended:
            executions.end(draft, "FAILED", error=shapes.crash(error))
        return self._commit(draft)

    # What a handler asks for

    @property
    def checkpoint_token(self) -> str | None:
        """The token that the next checkpoint must carry; None when the handler may write no more.

        Put it into the event after `invocation_started` and into the response after `checkpoint`. None means that the
        execution is over, pausing or paused, or that no invocation runs.
        """
        execution = self.execution
        if execution.invocation is None or execution.status not in ("RUNNING", "PAUSING"):
            return None
        return str(CheckpointToken(execution.arn, execution.sequence))

    def check_token(self, token: str) -> None:
        """Refuse a checkpoint token that is not the valid one.

        Raises:
            InvalidParameterValueException: "Invalid checkpoint token".
        """
        if token != self.checkpoint_token:
            raise InvalidParameterValueException("Invalid checkpoint token")

    def checkpoint(self, updates: Sequence[OperationUpdate], now: datetime) -> Changes:
        """Apply a handler's updates, all or none; the caller has checked the token.

        Timers that are due by `now` fire then, so that the response brings their news. A batch may end the execution
        (an EXECUTION update). If a pause was asked for, the execution is PAUSED afterwards and the handler gets no
        token. Call `take_unseen` for the response's operations.

        Raises:
            InvalidParameterValueException: an update is malformed, impossible in the present state, or over a limit.
        """
        if self.execution.invocation is None or self.execution.status not in ("RUNNING", "PAUSING"):
            raise InvalidParameterValueException("Invalid checkpoint token")
        usage = check_batch(updates, self.execution, self.operations)
        draft = self._draft(now)
        draft.metered += usage.metered
        draft.stored += usage.stored
        draft.header["sequence"] = self.execution.sequence + 1
        for update in updates:
            operations.apply(draft, update, self._resolve, self._new_id)
        if not draft.ended:
            self._fire(draft)
        if not draft.ended and self.execution.status == "PAUSING":
            draft.header["owed"] = True
            executions.rest(draft)
        elif not draft.ended:
            draft.header["seen"] = draft.revision
        changes = self._commit(draft)
        self._answer = []
        if self.execution.status == "RUNNING":
            self._answer = [public(self.operations[name]) for name in self._derived.unseen]
            self._derived.unseen.clear()
        return changes

    def take_unseen(self) -> list[Operation]:
        """The operations for the response to the checkpoint just made: all that changed since the handler last looked.

        They are as the API shows them, in the order of their last change. Nothing has to be stored: the `Changes` of
        the checkpoint already count them as seen. Empty after a checkpoint that paused or ended the execution.
        """
        answer, self._answer = self._answer, []
        return answer

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
        return page_of(self.operations, marker, max_items, max_bytes)

    def updated_since_last_invocation(self) -> list[str]:
        """UpdatedOperationIds for the invocation event.

        Those are the operations that timers, callbacks or chained invokes changed and no invocation has yet got to
        know and ended in order, oldest change first.
        """
        return list(self._derived.updated)

    # What happens outside of the handler

    def next_due(self) -> datetime | None:
        """When the next timer fires: a wait, a retry, a timeout, a repeated invocation. None if there is no timer."""
        return self.execution.next_due

    def due(self, now: datetime) -> Changes | None:
        """Fire every timer that is due by `now`, in the order of their times. None if nothing happened."""
        if self.execution.next_due is None or self.execution.next_due > now:
            return None
        draft = self._draft(now)
        self._fire(draft)
        return self._commit(draft)

    def callback_succeeded(self, operation_id: str, result: str | None, now: datetime) -> Changes:
        """Complete a callback with a result: the text of the request's body, None for an empty one.

        Raises:
            ResourceNotFoundException: there is no such callback.
            CallbackTimeoutException: it has been completed, has timed out, or the execution is over.
            InvalidParameterValueException: the result is larger than 1 MiB.
        """
        callback = callbacks.find_open(self.execution, self.operations, operation_id)
        draft = self._draft(now)
        callbacks.succeed(draft, callback, result)
        return self._commit(draft)

    def callback_failed(self, operation_id: str, error: ErrorObject | None, now: datetime) -> Changes:
        """Complete a callback with an error. Raises as `callback_succeeded` does."""
        callback = callbacks.find_open(self.execution, self.operations, operation_id)
        draft = self._draft(now)
        callbacks.fail(draft, callback, error or {})
        return self._commit(draft)

    def callback_heartbeat(self, operation_id: str, now: datetime) -> Changes:
        """Restart a callback's heartbeat timeout; no event, no invocation. Raises as `callback_succeeded` does."""
        callback = callbacks.find_open(self.execution, self.operations, operation_id)
        draft = self._draft(now)
        callbacks.beat(draft, callback)
        return self._commit(draft)

    def invoke_finished(self, operation_id: str, outcome: InvokeOutcome, now: datetime) -> Changes | None:
        """Complete a chained invoke. None if it is complete already or the execution is over.

        Raises:
            ResourceNotFoundException: there is no such chained invoke.
        """
        invoke = self.operations.get(operation_id)
        if invoke is None or invoke["Type"] != "CHAINED_INVOKE":
            raise ResourceNotFoundException(f"Chained invoke not found: {operation_id}")
        if self.execution.ended or invoke["Status"] != "STARTED":
            return None
        draft = self._draft(now)
        invokes.finish(draft, invoke, outcome)
        return self._commit(draft)

    # What operators ask for

    def stop(self, error: ErrorObject | None, now: datetime) -> Changes | None:
        """Stop the execution, its running chained invokes (see `Changes.stops`) and its open callbacks.

        None if it is over already; `execution.ended_at` is the answer's StopTimestamp in either case.

        Raises:
            InvalidParameterValueException: the error is malformed or too large.
        """
        if self.execution.ended:
            return None
        draft = self._draft(now)
        reason = executions.reason_to_stop(draft, error)
        for name in self._derived.waiting:
            operations.stop(draft, self.operations[name], reason)
        executions.end(draft, "STOPPED", error=reason)
        return self._commit(draft)

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
        shapes.request(reason, client_token)
        if client_token is not None and client_token == self.execution.pause_token:
            return None
        if self.execution.status != "RUNNING":
            raise ResourceConflictException(f"Cannot pause a durable execution that is {self.execution.status}.")
        draft = self._draft(now)
        draft.header["pause_token"] = client_token
        executions.pause(draft, reason, timeout_paused=timeout_paused)
        return self._commit(draft)

    def resume(self, now: datetime, *, reason: str | None = None, client_token: str | None = None) -> Changes | None:
        """Lift a pause, or withdraw it while the execution is still PAUSING.

        The handler is invoked if the pause cut an invocation short or something happened meanwhile. None if
        `client_token` is that of the last request to resume.

        Raises:
            ResourceConflictException: the execution is neither PAUSING nor PAUSED.
            InvalidParameterValueException: the reason or the token is malformed.
        """
        shapes.request(reason, client_token)
        if client_token is not None and client_token == self.execution.resume_token:
            return None
        pause = self.execution.pause
        if pause is None:
            raise ResourceConflictException(f"Cannot resume a durable execution that is {self.execution.status}.")
        draft = self._draft(now)
        draft.header["resume_token"] = client_token
        executions.resume(draft, pause, reason)
        return self._commit(draft)

    def hold_timeout(self, seconds: float, now: datetime) -> Changes | None:
        """Let the execution timeout come so many seconds later. None if the execution is over."""
        if self.execution.ended:
            return None
        draft = self._draft(now)
        draft.header["stood_still"] = self.execution.stood_still + seconds
        return self._commit(draft)

    def delete(self) -> Changes:
        """Mark an execution that is over as DELETING; the store then removes it.

        Raises:
            ResourceConflictException: the execution is not over.
        """
        if not self.execution.ended:
            raise ResourceConflictException(f"Cannot delete a durable execution that is {self.execution.status}.")
        self.execution = self.execution.changed({"status": "DELETING"})
        return Changes(self.execution)

    # How transitions are made

    def _draft(self, now: datetime) -> Draft:
        return Draft(self.execution, self.operations, now)

    def _fire(self, draft: Draft) -> None:
        """Let happen what is due, in the order of time."""
        if self.execution.next_due is None or self.execution.next_due > draft.now:
            return
        if self.execution.retry_at is not None and self.execution.retry_at <= draft.now:
            draft.header["retry_at"] = None
        while (timer := self._derived.next_timer(draft)) is not None:
            if timer == "execution timeout":
                executions.time_out(draft)
                return
            operations.fire(draft, draft.get(timer.operation_id), timer.kind)

    def may_wait(self) -> bool:
        """Whether something will bring the handler on if it returns PENDING."""
        execution = self.execution
        news = execution.revision > execution.seen
        return bool(self._derived.waiting) or news or execution.owed or execution.pause is not None

    def _commit(self, draft: Draft) -> Changes:
        """Take over what a draft changed."""
        self._derived.follow(draft)
        self.operations |= draft.operations
        self.execution = self._derived.header(draft)
        return draft.changes(self.execution)
