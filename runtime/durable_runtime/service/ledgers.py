"""Ledgers in memory: loads them, makes transitions with them, writes what changed."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from durable_runtime.service.arn import LATEST, FunctionName
from durable_runtime.service.clock import Clock
from durable_runtime.service.errors import InvalidParameterValueException, ResourceNotFoundException
from durable_runtime.service.functions import Functions
from durable_runtime.service.ledger import Changes, InvokeRequest, Ledger, Parent, Start, Target
from durable_runtime.service.limits import ASYNCHRONOUS_PAYLOAD, MIB
from durable_runtime.service.store.protocol import Call, Checkpoint, Commit, Store, Superseded

Listener = Callable[[Changes], None]
Transition = Callable[[Ledger, datetime], Changes | None]

CACHED_BYTES = 64 * MIB
"""Of all ledgers kept in memory, about; the least recently used ones beyond it are loaded again when needed."""

_OPERATION_BYTES = 2_000
"""An operation without its payloads, about."""


@dataclass(slots=True, eq=False)
class Entry:
    """A ledger in memory, with what its store needs to know for the next commit."""

    ledger: Ledger
    version: int
    rows: int
    checkpoint: Checkpoint | None
    epoch: int
    """The store's epoch in which this was known to be its latest state."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    counted: int = 0
    """Bytes of it that the cache has counted."""

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return _OPERATION_BYTES * len(self.ledger.operations) + self.ledger.execution.stored


class Ledgers:
    """All access to executions goes through here: one transition of an execution at a time, each stored at once.

    Several processes may change an execution; a transition made from an outdated ledger is made again from a fresh one.

    Args:
        store, clock, functions: the engine's.
        stored: called after the listeners, with every `Changes` that was stored.
    """

    def __init__(self, store: Store, clock: Clock, functions: Functions, stored: Listener) -> None:
        self.listeners: list[Listener] = []
        self._stored = stored
        self._untold = 0
        self._store = store
        self._clock = clock
        self._functions = functions
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def untold(self) -> bool:
        """Whether a transition is being stored, or has been and not every listener knows."""
        return self._untold > 0

    def begin(self, start: Start) -> None:
        """Store a new execution.

        Raises:
            NameTaken: the function has an execution of that name.
            InvalidParameterValueException: something in `start` is out of bounds.
        """
        ledger, changes = self._begin(start)
        with self._introduced([(ledger, changes)]), self._telling([changes]):
            self._store.begin(changes)

    def change(self, arn: str, transition: Transition, *, called: str | None = None) -> tuple[Ledger, Changes | None]:
        """Make a transition and store it. Returns the ledger, and the changes if there were any.

        Args:
            arn: the execution.
            transition: makes one; it may run again if another process was faster.
            called: the chained invoke whose call the transition completes.

        Raises:
            ResourceNotFoundException: there is no such execution.
        """
        while True:
            with self.open(arn) as entry:
                changes = transition(entry.ledger, self._clock.now())
                if changes is None:
                    return entry.ledger, None
                try:
                    self.write(entry, changes, called=called)
                except Superseded:
                    continue
                return entry.ledger, changes

    @contextmanager
    def open(self, arn: str) -> Iterator[Entry]:
        """The ledger of an execution, for the calling thread alone.

        Raises:
            ResourceNotFoundException: there is no such execution.
        """
        while True:
            entry = self._entry(arn)
            with entry.lock:
                if self._is_current(arn, entry):
                    yield entry
                    return
            self.forget(arn)

    def write(
        self, entry: Entry, changes: Changes, *, checkpoint: Checkpoint | None = None, called: str | None = None
    ) -> None:
        """Store a transition of an open ledger, begin the child executions it asks for, and tell the listeners.

        If that fails, whatever the reason, the ledger is forgotten: it is ahead of the store.
        """
        arn = changes.execution.arn
        try:
            begun = [self._begin(self._child(changes, invoke)) for invoke in changes.invokes if invoke.child_arn]
            calls = [self._call(arn, invoke) for invoke in changes.invokes if not invoke.child_arn]
            children = [child for _, child in begun]
            with self._introduced(begun) if begun else nullcontext(), self._telling([changes, *children]):
                self._store.commit(Commit(entry.version, changes, checkpoint, children, calls, called))
                entry.version += 1
                entry.rows += len(changes.operations)
                if checkpoint is not None:
                    entry.checkpoint = checkpoint
        except BaseException:
            self.forget(arn)
            raise
        self._keep(arn, entry)

    def forget(self, arn: str) -> None:
        """Drop a ledger from memory."""
        with self._lock:
            if (entry := self._entries.pop(arn, None)) is not None:
                self._bytes -= entry.counted

    def delete(self, arn: str) -> None:
        """Remove an execution from the store and from memory."""
        self._store.delete(arn)
        self.forget(arn)

    def resolve(self, name: str) -> Target | None:
        """The function that a chained invoke reaches; None if it is not registered."""
        try:
            parsed = FunctionName.parse(name)
        except InvalidParameterValueException:
            return None
        function = self._functions.find(parsed.name, parsed.qualifier)
        if function is None:
            return None
        qualifier = parsed.qualifier or ""
        return Target(parsed.name, qualifier if qualifier.isdecimal() else LATEST, function.durable)

    def _begin(self, start: Start) -> tuple[Ledger, Changes]:
        return Ledger.begin(start, new_id=new_id, resolve=self.resolve)

    def _entry(self, arn: str) -> Entry:
        with self._lock:
            entry = self._entries.get(arn)
            if entry is not None:
                self._entries.move_to_end(arn)
                return entry
        epoch = self._store.epoch()
        snapshot = self._store.load(arn)
        if snapshot is None:
            raise ResourceNotFoundException(f"Durable execution not found: {arn}")
        ledger = Ledger(snapshot.execution, snapshot.operations, new_id=new_id, resolve=self.resolve)
        return self._keep(arn, Entry(ledger, snapshot.version, snapshot.rows, snapshot.checkpoint, epoch))

    def _is_current(self, arn: str, entry: Entry) -> bool:
        epoch = self._store.epoch()
        if entry.epoch != epoch:
            if self._store.version(arn) != entry.version:
                return False
            entry.epoch = epoch
        return True

    def _keep(self, arn: str, entry: Entry) -> Entry:
        """Hold a ledger in memory, unless there is one already, and drop others if that makes too much."""
        with self._lock:
            kept = self._entries.setdefault(arn, entry)
            self._bytes += kept.size - kept.counted
            kept.counted = kept.size
            while self._bytes > CACHED_BYTES and len(self._entries) > 1:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= oldest.counted
            return kept

    @contextmanager
    def _introduced(self, begun: Sequence[tuple[Ledger, Changes]]) -> Iterator[None]:
        """Hold new executions in memory, for this thread alone until their begin is stored and told to all."""
        with ExitStack() as locks:
            for ledger, changes in begun:
                entry = Entry(ledger, 1, len(changes.operations), None, self._store.epoch())
                locks.enter_context(entry.lock)
                self._keep(changes.execution.arn, entry)
            try:
                yield
            except BaseException:
                for _, changes in begun:
                    self.forget(changes.execution.arn)
                raise

    def _child(self, changes: Changes, invoke: InvokeRequest) -> Start:
        assert invoke.child_arn is not None
        function = self._functions.find(invoke.target.name, _qualifier(invoke.function_name))
        assert function is not None, f"{invoke.function_name} was resolved a moment ago"
        return Start(
            arn=invoke.child_arn,
            started_at=self._clock.now(),
            input=invoke.payload if invoke.payload is not None else "{}",
            execution_timeout=function.execution_timeout,
            retention_days=function.retention_days,
            payload_limit=ASYNCHRONOUS_PAYLOAD,
            tenant_id=invoke.tenant_id,
            trace_header=invoke.trace_header,
            parent=Parent(changes.execution.arn, invoke.operation_id),
        )

    @staticmethod
    def _call(arn: str, invoke: InvokeRequest) -> Call:
        qualifier = _qualifier(invoke.function_name)
        return Call(arn, invoke.operation_id, invoke.target.name, qualifier, invoke.payload, invoke.tenant_id)

    @contextmanager
    def _telling(self, stored: Sequence[Changes]) -> Iterator[None]:
        """Tell the listeners of transitions, once they are stored."""
        with self._lock:
            self._untold += 1
        try:
            yield
            for changes in stored:
                for listener in self.listeners:
                    listener(changes)
        finally:
            with self._lock:
                self._untold -= 1
            for changes in stored:
                self._stored(changes)


def new_id() -> str:
    """A unique id, fit for ARNs and request ids."""
    return str(uuid.uuid4())


def _qualifier(function_name: str) -> str | None:
    return FunctionName.parse(function_name).qualifier
