"""Strict replay: notice what the recorded operations alone do not show.

History holds type, subtype, name and parent of each operation, and replay always compares these. It does not hold
which function a step ran, how long a wait was or what an invoke passed on. In strict mode each operation leaves a
*footprint* of these in a `ReplayJournal`; a later invocation of the same execution that comes by with another one fails
with `NonDeterministicExecutionError`. Besides, code that ends before it has reached all recorded operations fails.

Tests and the verifier switch it on, with `strict_replay()` around the invocations of an execution, or with the
environment variable `DURABLE_RUNTIME_STRICT=1` for the whole process. The journal lives in memory: across processes
only the structural checks remain.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from threading import Lock
from types import CodeType, MethodType
from typing import TYPE_CHECKING, Any

from durable_runtime.config import ParallelBranch
from durable_runtime.exceptions import NonDeterministicExecutionError

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier

STRICT_VARIABLE = "DURABLE_RUNTIME_STRICT"

# The journal of a whole process forgets the executions that were longest untouched.
_MAX_EXECUTIONS = 1000

# What an operation does, in words, such as "runs the function charge (orders.py:12)".
Footprint = str


class ReplayJournal:
    """The footprints of executions, by ARN."""

    def __init__(self) -> None:
        self._executions: OrderedDict[str, dict[str, Footprint]] = OrderedDict()
        self._lock = Lock()

    def of(self, durable_execution_arn: str) -> dict[str, Footprint]:
        """Return the footprints of one execution, by operation id."""
        with self._lock:
            footprints = self._executions.setdefault(durable_execution_arn, {})
            self._executions.move_to_end(durable_execution_arn)
            while len(self._executions) > _MAX_EXECUTIONS:
                self._executions.popitem(last=False)
            return footprints


_JOURNAL_OF_PROCESS = ReplayJournal()
_journal: ContextVar[ReplayJournal | None] = ContextVar("durable_runtime_replay_journal", default=None)


_drawn: ContextVar[bool] = ContextVar("durable_runtime_drawn", default=False)


@contextmanager
def drawn_anew() -> Iterator[None]:
    """Around an operation of the SDK's own whose arguments are drawn by chance: replay may draw others."""
    token = _drawn.set(True)
    try:
        yield
    finally:
        _drawn.reset(token)


@contextmanager
def strict_replay(journal: ReplayJournal | None = None) -> Iterator[ReplayJournal]:
    """Make the invocations within the block strict; pass the same journal to all blocks of an execution."""
    journal = journal if journal is not None else _JOURNAL_OF_PROCESS
    token = _journal.set(journal)
    try:
        yield journal
    finally:
        _journal.reset(token)


def current_journal() -> ReplayJournal | None:
    """Return the journal that an invocation starting now has to use, or None if it is not strict."""
    journal = _journal.get()
    if journal is None and os.environ.get(STRICT_VARIABLE, "") not in ("", "0"):
        return _JOURNAL_OF_PROCESS
    return journal


class StrictReplay:
    """The strict checks of one invocation."""

    def __init__(self, footprints: dict[str, Footprint]) -> None:
        self._footprints = footprints

    def compare(self, identifier: OperationIdentifier, footprint: Footprint) -> None:
        """Leave an operation's footprint, or compare it with the one left before.

        Raises:
            NonDeterministicExecutionError: They differ.
        """
        if _drawn.get():
            return
        recorded = self._footprints.setdefault(identifier.operation_id, footprint)
        if recorded != footprint:
            raise NonDeterministicExecutionError(
                f"Non-deterministic {_kind(identifier)} at id={identifier.operation_id!r}: in an earlier invocation of "
                f"this execution the operation at this place {recorded}; now the code reached the same place with one "
                f"that {footprint}. On replay, code must call the same operations with the same arguments in the same "
                "order: what decides them has to come from the input or from the result of a step.",
                step_id=identifier.operation_id,
            )


def missing_operation(where: str, next_id: str, recorded: str) -> NonDeterministicExecutionError:
    """Build the error for code that ended although more operations are recorded."""
    return NonDeterministicExecutionError(
        f"Non-deterministic end of {where}: it ended before reaching the operation at id={next_id!r}, which an earlier "
        f"invocation recorded as {recorded}. On replay, code must reach at least the operations it reached before: "
        "what decides whether it gets there has to come from the input or from the result of a step.",
        step_id=next_id,
    )


def _kind(identifier: OperationIdentifier) -> str:
    name = f" {identifier.name!r}" if identifier.name else ""
    return f"{identifier.sub_type}{name}"


def function_footprint(function: Any) -> Footprint:
    """Describe a function by its name and place, the same for every object made of the same code."""
    while isinstance(function, partial | MethodType | ParallelBranch):
        function = function.__func__ if isinstance(function, MethodType) else function.func
    # Not getattr: a mock has every attribute that is asked for.
    while inner := _attributes(function).get("_user_function") or _attributes(function).get("__wrapped__"):
        function = inner
    code = getattr(function, "__code__", None)
    if code is None:
        owner = function if hasattr(function, "__qualname__") else type(function)
        return f"runs {owner.__module__}.{owner.__qualname__}"
    return f"runs the function {code.co_qualname} ({os.path.basename(code.co_filename)}:{_place(code)})"


def _attributes(function: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = getattr(function, "__dict__", {})
    return attributes


def _place(code: CodeType) -> str:
    if code.co_name != "<lambda>":
        return f"{code.co_firstlineno}"
    # Several lambdas may share a line.
    columns = (column for line, _, column, _ in code.co_positions() if line == code.co_firstlineno and column)
    return f"{code.co_firstlineno}:{next(columns, 0) + 1}"


def payload_footprint(payload: str | None) -> Footprint:
    """Describe a payload: whole if it is short, else by its beginning, length and hash."""
    if payload is None or len(payload) <= 200:
        return f"{payload}"
    from hashlib import blake2b

    digest = blake2b(payload.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{payload[:100]}… ({len(payload)} characters, BLAKE2b {digest})"
