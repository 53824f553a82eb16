"""What the engine asks of a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from durable_runtime.service.ledger import Changes, Execution
from durable_runtime.service.wire import Event, ExecutionStatus, Operation


class Superseded(Exception):
    """The execution has been changed, or removed, by somebody else since it was loaded: load it again."""


class NameTaken(Exception):
    """The function has an execution of that name already."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An execution's last checkpoint, as far as it takes to give the same answer again."""

    token: str
    """The token it came with."""
    fingerprint: str
    """Digest of its updates."""
    next_token: str | None
    """The token in its answer."""
    after: int
    """The execution's revision that the handler knew of before."""
    rows: int
    """How many operation rows (`Snapshot.rows`) were there when it was answered."""


@dataclass(frozen=True, slots=True)
class Call:
    """A plain function that a chained invoke has yet to call."""

    parent_arn: str
    operation_id: str
    function: str
    """Bare function name."""
    qualifier: str | None
    """Version or alias, if the caller gave one."""
    payload: str | None
    tenant_id: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """What is written in one transaction: a transition of one execution, and what it sets off."""

    version: int
    """The version of the execution that the transition was made from (`Snapshot.version`)."""
    changes: Changes
    checkpoint: Checkpoint | None = None
    """If the transition is a checkpoint: how to answer it again."""
    begun: Sequence[Changes] = ()
    """Child executions that begin."""
    calls: Sequence[Call] = ()
    """Plain functions to be called."""
    called: str | None = None
    """Operation whose call has been made: it is not to be made again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An execution as stored."""

    execution: Execution
    operations: Sequence[Operation]
    """In the order in which they were first stored, each in its latest state."""
    version: int
    """Commits so far."""
    rows: int
    """Operation rows so far: every commit appends one for each operation it changes."""
    checkpoint: Checkpoint | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which executions to list."""

    function: str | None = None
    """Bare function name."""
    version: str | None = None
    name: str | None = None
    statuses: Collection[ExecutionStatus] = ()
    """Any of these; all if empty."""
    started_after: datetime | None = None
    started_before: datetime | None = None


class Store(Protocol):
    """Keeps executions. All methods may be called from any thread; each is atomic.

    An execution whose handler is being invoked is claimed by the store object through which `invocation_started` was
    committed, until a commit says that the invocation is over. Claims of a store object that was closed, or whose
    process died, are void: `abandoned` finds their executions.
    """

    def begin(self, changes: Changes) -> None:
        """Store a new execution.

        Raises:
            NameTaken: the function has an execution of that name.
        """
        ...

    def commit(self, commit: Commit) -> None:
        """Store a transition, all or nothing.

        Raises:
            Superseded: the execution is not at `commit.version`.
        """
        ...

    def load(self, arn: str) -> Snapshot | None:
        """The execution with its operations; None if there is none."""
        ...

    def epoch(self) -> int:
        """A number that changes whenever anybody but this store object has written."""
        ...

    def version(self, arn: str) -> int:
        """Commits of an execution so far (`Snapshot.version`); 0 if there is none."""
        ...

    def header(self, arn: str) -> Execution | None:
        """The execution without its operations; None if there is none."""
        ...

    def find(self, function: str, name: str) -> Execution | None:
        """The execution of a function (bare name) with that name."""
        ...

    def operations(self, arn: str, rows: int) -> Sequence[Operation]:
        """The operations as they were when there were that many rows of them."""
        ...

    def events(self, arn: str, start: int, limit: int, *, reverse: bool = False) -> Sequence[Event]:
        """At most `limit` events of the history from event number `start` on, or downwards from it."""
        ...

    def list(self, filter: Filter, after: str | None, limit: int, *, reverse: bool = False) -> Sequence[Execution]:
        """At most `limit` executions in the order of their starts, beginning behind the execution with ARN `after`."""
        ...

    def runnable(self, functions: Collection[str], limit: int) -> Sequence[str]:
        """ARNs of executions of these functions (bare names) to invoke now, the longest waiting first."""
        ...

    def unsettled(self, limit: int) -> Sequence[str]:
        """ARNs of ended executions whose end may have to be told to a parent or to children."""
        ...

    def settled(self, arn: str) -> None:
        """The end of this execution has been told."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """ARNs of executions with a timer that is due."""
        ...

    def next_due(self) -> datetime | None:
        """When the next timer of all executions is due."""
        ...

    def calls(self, functions: Collection[str], limit: int) -> Sequence[Call]:
        """Calls of these functions (bare names) to be made, that nobody has claimed; oldest first."""
        ...

    def claim(self, call: Call) -> bool:
        """Claim a call, as if it were an execution. False if somebody else was faster."""
        ...

    def drop(self, call: Call) -> None:
        """Forget a call: nobody waits for its outcome any more."""
        ...

    def busy_elsewhere(self) -> bool:
        """Whether others than this store object hold claims."""
        ...

    def abandoned(self) -> Sequence[str]:
        """ARNs of executions whose invocation nobody holds a claim to any more; frees the calls among such claims."""
        ...

    def expired(self, now: datetime, limit: int) -> Sequence[str]:
        """ARNs of executions whose retention has ended."""
        ...

    def next_expiry(self) -> datetime | None:
        """When the next retention ends."""
        ...

    def delete(self, arn: str) -> None:
        """Remove an execution and all that belongs to it."""
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Have `changed` called, from any thread, whenever another process may have made work for this one.

        Only the first call has an effect.
        """
        ...

    def close(self) -> None:
        """Give up all claims and release the store's resources."""
        ...
