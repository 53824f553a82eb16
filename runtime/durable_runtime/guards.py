"""Keeps durable operations out of the user code that operations run: step functions, checks, strategies, serdes.

Such code runs once and is not replayed, so an operation called from it would take its place in history on the first run
and leave it empty on replay; or it would wait for the very thread that runs it. The thread knows whose code it runs;
an operation asks before it begins.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING

from durable_runtime.exceptions import ExecutionError, ValidationError

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier


class NestedOperationError(ExecutionError, ValidationError):
    """A durable operation was called where none may be. No retry can help, so it ends the execution."""


class NothingRanError(ExecutionError, TypeError):
    """A function returned a coroutine or generator, so that nothing of it has run. No retry can help."""


class _Thread(threading.local):
    code: UserCode | None = None


_thread = _Thread()


class UserCode:
    """A context manager around code of the user that must not call durable operations.

    Args:
        part: What the code is to its operation, such as "the function of".
        identifier: The operation.

    Raises:
        NestedOperationError: On leaving, if the code called an operation and hid the error.
    """

    __slots__ = ("_outer", "_part", "_violation", "identifier")

    def __init__(self, part: str, identifier: OperationIdentifier) -> None:
        self._part = part
        self.identifier = identifier
        self._outer: UserCode | None = None
        self._violation: NestedOperationError | None = None

    def __enter__(self) -> None:
        self._outer = _thread.code
        _thread.code = self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _thread.code = self._outer
        if self._violation is not None and exc is not self._violation:
            raise self._violation

    def refuse(self, operation: str) -> NestedOperationError:
        """Build, and remember, the error for an operation that this code called."""
        self._violation = NestedOperationError(
            f"{operation} was called inside {self._part} {described(self.identifier)}. Such code runs once and is not "
            "replayed, so it cannot call durable operations: call them before or after it, or group operations with "
            "run_in_child_context."
        )
        return self._violation


def running_operation() -> OperationIdentifier | None:
    """Return the operation whose code the calling thread runs; None outside of such code."""
    return _thread.code.identifier if _thread.code is not None else None


def refuse_if_nested(method: str, name: str | None = None) -> None:
    """Raise if the calling thread runs code that must not call durable operations.

    Raises:
        NestedOperationError: It names both operations.
    """
    code = _thread.code
    if code is not None:
        raise code.refuse(f"context.{method}({repr(name) if name else ''})")


NOUNS = {
    "Step": "step",
    "Wait": "wait",
    "Callback": "callback",
    "RunInChildContext": "child context",
    "Map": "map",
    "MapIteration": "map item",
    "Parallel": "parallel",
    "ParallelBranch": "parallel branch",
    "WaitForCallback": "wait_for_callback",
    "WaitForCondition": "wait_for_condition",
    "ChainedInvoke": "invoke",
}


def described(identifier: OperationIdentifier) -> str:
    """Say which operation it is: "step 'charge'", or "a step without a name"."""
    noun = NOUNS.get(identifier.sub_type, identifier.sub_type)
    return f"{noun} {identifier.name!r}" if identifier.name else f"a {noun} without a name"
