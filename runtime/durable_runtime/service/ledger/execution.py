"""The header of an execution: what a store keeps in one row, and what the ledger needs besides the operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from durable_runtime.service import limits
from durable_runtime.service.arn import ExecutionArn
from durable_runtime.service.wire import ENDED, ErrorObject, ExecutionStatus


@dataclass(frozen=True, slots=True)
class Parent:
    """The chained invoke that started an execution."""

    arn: str
    operation_id: str


@dataclass(frozen=True, slots=True)
class Start:
    """What is settled when an execution begins and never changes; a store writes it once."""

    arn: str
    started_at: datetime
    input: str | None = None
    """The payload as text; None is shown to the handler as no payload."""
    execution_timeout: int = 31_622_400
    """Seconds after which the execution times out, 1 to 31,622,400."""
    retention_days: int = 14
    """Days for which the execution is kept after its end, 1 to 90."""
    payload_limit: int = limits.SYNCHRONOUS_PAYLOAD
    """Largest input and result in bytes: 6 MiB if a caller waits for it, else (asynchronous, chained) 1 MiB."""
    tenant_id: str | None = None
    trace_header: str | None = None
    parent: Parent | None = None

    @property
    def parts(self) -> ExecutionArn:
        """The ARN taken apart: region, account, function, version, name, invocation id."""
        return ExecutionArn.parse(self.arn)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of the handler that has not come back yet."""

    request_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that was asked for and has not been lifted."""

    requested_at: datetime
    timeout_paused: bool
    """Whether the execution timeout stands still, too."""
    reason: str | None = None
    paused_at: datetime | None = None
    """When the execution came to rest; None while it is PAUSING."""


@dataclass(frozen=True)
class Execution:
    """State of an execution, apart from its operations and events.

    A value: every transition that changes it makes a new one. A store keeps all fields but `start` in columns that it
    updates with each commit, and opens a ledger with what it kept.
    """

    start: Start
    status: ExecutionStatus = "RUNNING"
    ended_at: datetime | None = None
    result: str | None = None
    error: ErrorObject | None = None
    next_due: datetime | None = None
    """The earliest timer of the execution: when `Ledger.due` has something to do. For a store's due query."""
    needs_invocation: bool = True
    """Whether the handler should be invoked now. For a store's runnable query."""
    sequence: int = 0
    """Number of the one checkpoint token that is valid."""
    revision: int = 0
    """Grows with every change of an operation."""
    seen: int = 0
    """The revision that the handler knows of."""
    acknowledged: int = 0
    """The revision that the last invocation which ended in order knew of."""
    event_count: int = 0
    metered: int = 1
    """Operations as Lambda counts them for its limit."""
    stored: int = 0
    """Bytes of payloads and errors written so far."""
    invocation: Invocation | None = None
    owed: bool = True
    """Whether an invocation must follow even if nothing changes: the first one, or after one that was cut short."""
    failures: int = 0
    """Invocations that failed one after another, up to now."""
    retry_at: datetime | None = None
    """When the handler is invoked again after a failed invocation."""
    pause: Pause | None = None
    stood_still: float = 0.0
    """Seconds for which earlier pauses held up the execution timeout."""
    pause_token: str | None = None
    """Client token of the last request to pause."""
    resume_token: str | None = None
    """Client token of the last request to resume."""

    def changed(self, values: Mapping[str, Any]) -> Execution:
        """The header with other values in some fields.

        Every checkpoint makes one: this takes a tenth of the time of `dataclasses.replace`, and is why the class has no
        slots.
        """
        made = object.__new__(Execution)
        object.__setattr__(made, "__dict__", {**vars(self), **values})
        return made

    @property
    def arn(self) -> str:
        return self.start.arn

    @property
    def ended(self) -> bool:
        """Whether the execution is over; only its deletion and the end of a running invocation can follow."""
        return self.status in ENDED

    @property
    def expires_at(self) -> datetime | None:
        """When retention ends and the execution may be deleted; None while it runs."""
        return self.ended_at + timedelta(days=self.start.retention_days) if self.ended_at else None

    @property
    def times_out_at(self) -> datetime | None:
        """When the execution times out as things stand; None once it is over.

        A pause that holds up the timeout moves this to 366 days after the start, which no execution outlives.
        """
        if self.ended:
            return None
        seconds = min(self.start.execution_timeout + self.stood_still, limits.WAIT)
        if self.pause is not None and self.pause.paused_at is not None and self.pause.timeout_paused:
            seconds = limits.WAIT
        return self.start.started_at + timedelta(seconds=seconds)
