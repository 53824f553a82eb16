"""A context's place in history: which operation comes next, whether it was done before, and how the context ends."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeVar

from durable_runtime.exceptions import ExecutionError, SuspendExecution, UnrecoverableError, ValidationError
from durable_runtime.guards import refuse_if_nested
from durable_runtime.identifier import OperationIdNamespace
from durable_runtime.lambda_service import OperationType
from durable_runtime.logger import Logger, LogInfo
from durable_runtime.operation.base import OperationCall, is_unwinding
from durable_runtime.records import record
from durable_runtime.scopes import Scope
from durable_runtime.state import ExecutionState, ReplayStatus
from durable_runtime.strict import missing_operation
from durable_runtime.types import LoggerInterface

if TYPE_CHECKING:
    from durable_runtime.types import LambdaContext

T = TypeVar("T")

_MUST_REACH_SDK = (
    "An operation that has to wait ends the invocation by raising SuspendExecution, which must reach the SDK."
)


@record(frozen=True)
class ExecutionContext:
    """What is known of the execution that a context belongs to."""

    durable_execution_arn: str


class ReplayingContext:
    """What a DurableContext is made of, without its operations.

    Args:
        parent_id: The id of the operation that this context's operations belong to; None for the handler's context.
        step_id_prefix: The id of the operation that the context is; it differs from `parent_id` if that operation is
            virtual, that is, not recorded.
        logger: Where its logger shall log to.

    Attributes:
        replays: Whether the next operation was recorded by an earlier invocation.
        scope: What may still be recorded here.
    """

    def __init__(
        self,
        state: ExecutionState,
        execution_context: ExecutionContext,
        lambda_context: LambdaContext | None = None,
        parent_id: str | None = None,
        logger: Logger | None = None,
        step_id_prefix: str | None = None,
        replay_status: ReplayStatus = ReplayStatus.NEW,
    ) -> None:
        self.state = state
        self.execution_context = execution_context
        self.lambda_context = lambda_context
        self.scope = Scope()
        self.replays = replay_status is ReplayStatus.REPLAY
        self._parent_id = parent_id
        prefix = step_id_prefix if step_id_prefix is not None else parent_id
        self._is_virtual = parent_id != prefix
        self._ids = OperationIdNamespace(prefix)
        self._positions = itertools.count(1)
        self._position = 0
        self._foreseen: tuple[int, str] = (0, "")
        self._log_to: LoggerInterface = logger.get_logger() if logger is not None else logging.getLogger()
        self._logger: Logger | None = None
        self._suspension: tuple[SuspendExecution, str, int] | None = None
        self._ended: str | None = None

    @property
    def is_virtual(self) -> bool:
        """Whether the context itself is not recorded; its operations then belong to the context around it."""
        return self._is_virtual

    def create_child_context(self, operation_id: str, *, is_virtual: bool = False) -> Self:
        """Return a context whose operations are numbered beneath `operation_id`; for the SDK's own use.

        Args:
            is_virtual: Let its operations belong to this context's operation.
        """
        child = type(self)(
            self.state,
            self.execution_context,
            self.lambda_context,
            self._parent_id if is_virtual else operation_id,
            None,
            operation_id,
            ReplayStatus.REPLAY if self.replays else ReplayStatus.NEW,
        )
        child.scope = Scope(self.scope)
        child._log_to = self._log_to
        return child

    # Logging

    @property
    def logger(self) -> Logger:
        """The context's logger: silent while the context replays, and it adds the execution's ARN to records."""
        if self._logger is None:
            info = LogInfo(self.state, self._parent_id)
            self._logger = Logger.from_log_info(self._log_to, info, self.is_replaying)
        return self._logger

    @logger.setter
    def logger(self, logger: Logger) -> None:
        self._log_to, self._logger = logger.get_logger(), logger

    def set_logger(self, new_logger: LoggerInterface) -> None:
        """Let this context, and the child contexts that it creates from now on, log to another logger."""
        self._log_to, self._logger = new_logger, None

    # Replay

    def is_replaying(self) -> bool:
        """Tell whether the context is going over operations that earlier invocations have recorded."""
        return self.replays

    def is_next_recorded(self) -> bool:
        """Tell whether history holds an operation at the next place."""
        return self.state.recorded(self._next_id()) is not None

    def _next_id(self) -> str:
        position = self._position + 1
        if self._foreseen[0] != position:
            # Kept, for the next operation is going to need it.
            self._foreseen = (position, self._ids.create_id_for_step(position))
        return self._foreseen[1]

    def _begin(self, method: str, kind: OperationType, sub_type: str, name: str | None) -> OperationCall:
        """Begin the operation at the next place.

        Raises:
            NonDeterministicExecutionError: History holds another operation there.
            NestedOperationError: The calling code is run by an operation.
            ExecutionError: The context's suspension was swallowed.
            ValidationError: The context has ended.
        """
        refuse_if_nested(method, name)
        if self._suspension is not None:
            self._stay_suspended()
        if self._ended is not None:
            raise ValidationError(
                f"context.{method}({repr(name) if name else ''}) was called on the context of {self._ended}, which has "
                "ended: on replay its body does not run again. Use the context of the code that calls the operation."
            )
        position = next(self._positions)
        foreseen, operation_id = self._foreseen
        if foreseen != position:
            operation_id = self._ids.create_id_for_step(position)
        self._position = position
        return OperationCall(self, operation_id, kind, sub_type, self._parent_id, name)

    # Suspension and end

    def note_suspension(self, suspension: SuspendExecution, what: str) -> None:
        """Remember that `what` has suspended: from now on this context can only end."""
        self._suspension = (suspension, what, threading.get_ident())

    def _stay_suspended(self) -> None:
        assert self._suspension is not None
        suspension = self._suspension[0]
        # Cleanup that runs because of the suspension must not record anything: it would run too early, and again.
        if is_unwinding(suspension):
            raise suspension
        if self._ended is None:
            raise self._swallowed()

    def _swallowed(self) -> ExecutionError:
        assert self._suspension is not None
        _, what, thread = self._suspension
        if thread != threading.get_ident():
            return ExecutionError(
                f"The suspension of {what} was lost in another thread: it was raised there, and the code here went on. "
                f"{_MUST_REACH_SDK} Call operations in the thread that the SDK runs the function in; what shall go "
                "side by side is for context.parallel and context.map."
            )
        return ExecutionError(
            f"The suspension of {what} was swallowed: code around it caught it, with a bare `except:` or `except "
            f"BaseException:` or by a `return` in `finally:`, and went on. {_MUST_REACH_SDK} Catch Exception instead, "
            "or raise it again."
        )

    def run_body(self, where: str, body: Callable[[Self], T]) -> T:
        """Run the code that uses this context, and make sure that it has come to a proper end.

        Args:
            where: What the context is, for messages.

        Raises:
            ExecutionError: It swallowed a suspension.
            NonDeterministicExecutionError: In strict replay: it ended before it had reached all recorded operations.
        """
        try:
            result = body(self)
        except UnrecoverableError:
            raise
        except Exception as error:
            if (objection := self._objection(where)) is not None:
                raise objection from error
            raise
        finally:
            self._ended = where
        if (objection := self._objection(where)) is not None:
            raise objection
        return result

    def _objection(self, where: str) -> ExecutionError | None:
        if self._suspension is not None:
            return self._swallowed()
        if self.state.strict is not None and (surplus := self.state.recorded(self._next_id())) is not None:
            name = f" {surplus.name!r}" if surplus.name else " without a name"
            return missing_operation(where, surplus.operation_id, f"{surplus.sub_type}{name}")
        return None
