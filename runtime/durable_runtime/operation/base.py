"""One call of a durable operation: where it stands in history, and what it may do with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.exceptions import SuspendExecution
from durable_runtime.guards import UserCode, described
from durable_runtime.identifier import OperationIdentifier, is_recorded_as
from durable_runtime.lambda_service import Operation, OperationType, OperationUpdate
from durable_runtime.logger import Logger, LogInfo
from durable_runtime.operation.recorded import TERMINAL_STATUSES, replays_children
from durable_runtime.serdes import SerDes, deserialize, serialize

if TYPE_CHECKING:
    from durable_runtime.replaying import ReplayingContext
    from durable_runtime.scopes import Scope

T = TypeVar("T")


class OperationCall:
    """A call of an operation on a context; a context manager around all that the operation does.

    On entering, the context learns whether it still replays: it stops before an operation that is new, or a step that
    runs again, and after an operation that it has to wait for again. On leaving, it stops when nothing is recorded at
    the next place; and it takes notice of a suspension that goes through it.

    Args:
        kind, sub_type, parent_id, name: As in OperationIdentifier.

    Attributes:
        operation_id: Its id.
        recorded: What history holds for this operation; None if it is new.

    Raises:
        NonDeterministicExecutionError: History holds another operation at this place.
    """

    __slots__ = (
        "_identifier",
        "_kind",
        "_name",
        "_parent_id",
        "_replays",
        "_sub_type",
        "_waits_again",
        "context",
        "operation_id",
        "recorded",
        "state",
    )

    def __init__(
        self,
        context: ReplayingContext,
        operation_id: str,
        kind: OperationType,
        sub_type: str,
        parent_id: str | None,
        name: str | None,
    ) -> None:
        self.context = context
        self.state = state = context.state
        self.operation_id = operation_id
        self._kind = kind
        self._sub_type = sub_type
        self._parent_id = parent_id
        self._name = name
        self._identifier: OperationIdentifier | None = None
        self._replays = context.replays
        self._waits_again = False
        self.recorded: Operation | None = state.recorded(operation_id)
        if self.recorded is not None and not is_recorded_as(self.recorded, kind, sub_type, parent_id, name):
            self.identifier.validate_checkpoint(self.recorded)

    @property
    def identifier(self) -> OperationIdentifier:
        """The operation as the code states it; what is only replayed needs none."""
        if self._identifier is None:
            self._identifier = OperationIdentifier(
                self.operation_id, self._sub_type, self._parent_id, self._name, operation_type=self._kind
            )
        return self._identifier

    def __enter__(self) -> OperationCall:
        recorded = self.recorded
        if self._replays:
            if recorded is None:
                self.context.replays = False
            else:
                self._replay(recorded)
        if self.state.has_plugins:
            self.recorded = self.state.consume(self.operation_id)
        return self

    def _replay(self, recorded: Operation) -> None:
        if self.state.has_plugins:
            self.state.report_replay(recorded)
        if recorded.status not in TERMINAL_STATUSES:
            if recorded.operation_type is OperationType.STEP:
                self.context.replays = False
            else:
                self._waits_again = True

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        context = self.context
        if self._replays and (self._waits_again or (context.replays and not context.is_next_recorded())):
            context.replays = False
        if exc is not None and isinstance(exc, SuspendExecution):
            context.note_suspension(exc, described(self.identifier))

    # What the operation does

    def reload(self) -> Operation | None:
        """Return what history holds now, after a checkpoint."""
        self.recorded = self.state.consume(self.operation_id)
        self.identifier.validate_checkpoint(self.recorded)
        return self.recorded

    def record(self, update: OperationUpdate, *, wait: bool = True, closes: Scope | None = None) -> None:
        """Record an update of this operation; see `Checkpointer.submit`."""
        self.state.checkpoint(update, wait=wait, within=self.context.scope, closes=closes)

    def serialize(self, serdes: SerDes[Any] | None, value: Any) -> str | None:
        """Serialize a value of this operation; None stands for the default serdes."""
        return serialize(serdes, value, self.operation_id, self.state.durable_execution_arn)

    def deserialize(self, serdes: SerDes[Any] | None, payload: str | None) -> Any:
        """Undo `serialize`; None stays None."""
        if payload is None:
            return None
        return deserialize(serdes, payload, self.operation_id, self.state.durable_execution_arn)

    def logger(self, attempt: int) -> Logger:
        """Return a logger that names the operation and the attempt."""
        info = LogInfo.from_operation_identifier(self.state, self.identifier, attempt)
        return self.context.logger.with_log_info(info)

    def run(self, function: Callable[..., T], *args: Any, attempt: int | None) -> T:
        """Run the user's function, with the hooks of plugins around it."""
        if not self.state.has_plugins:
            return function(*args)
        return self.state.run_with_hooks(
            self.identifier, function, args, is_replay_children=replays_children(self.recorded), attempt=attempt
        )

    def user_code(self, part: str) -> UserCode:
        """Return a context manager for code that must not call durable operations."""
        return UserCode(part, self.identifier)

    def leave_footprint(self, footprint: Callable[[], str]) -> None:
        """In strict replay, compare what this call does with what it did in earlier invocations."""
        if self.state.strict is not None:
            self.state.strict.compare(self.identifier, footprint())

    def __str__(self) -> str:
        return described(self.identifier)


def is_unwinding(suspension: SuspendExecution) -> bool:
    """Tell whether the caller is a `finally` or `except` block that runs because of this suspension."""
    error = sys.exception()
    while error is not None:
        if error is suspension:
            return True
        error = error.__context__
    return False
