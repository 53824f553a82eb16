"""What hooks receive: frozen pictures of operations and invocations that belong to the plugin."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from durable_runtime.instrumentation.enums import InvocationStatus, OperationType, UserFunctionOutcome
from durable_runtime.lambda_service import ErrorObject, OperationStatus
from durable_runtime.lambda_service import OperationType as ServiceOperationType
from durable_runtime.records import record

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier
    from durable_runtime.lambda_service import DurableExecutionInvocationOutput, Operation, OperationUpdate

_TYPES = {member: OperationType[member.name] for member in ServiceOperationType}
_Info = TypeVar("_Info", bound="OperationInfo")


@record(frozen=True)
class OperationInfo:
    """One operation, as it was when the hook was called.

    Attributes:
        sub_type: a plain string; compare it with `==` to a member of `OperationSubType` or to a sub type of your own.
            None for the execution itself.
        start_time: None at the start hook of an operation that the service has not seen yet.
        is_replayed: the hook reports something that an earlier invocation has already done.
        result: as recorded, that is serialized. None where there is none.
        error: a copy; changing it does not change what the user's code is going to see.
        attempt: from 1. None for operations that have no attempts.
    """

    operation_id: str
    operation_type: OperationType
    sub_type: str | None
    name: str | None
    parent_id: str | None
    start_time: datetime.datetime | None
    is_replayed: bool
    status: OperationStatus
    end_time: datetime.datetime | None = field(default=None, kw_only=True)
    result: str | None = field(default=None, kw_only=True)
    error: ErrorObject | None = field(default=None, kw_only=True)
    attempt: int | None = field(default=None, kw_only=True)

    @staticmethod
    def from_operation(operation: Operation, *, is_replayed: bool = False) -> OperationInfo:
        """The info of a recorded operation."""
        return _of(OperationInfo, operation, is_replayed)


@record(frozen=True)
class OperationStartInfo(OperationInfo):
    """What `on_operation_start` receives."""

    @staticmethod
    def before(update: OperationUpdate, operation: Operation | None, *, is_replayed: bool) -> OperationStartInfo:
        """The start that an update is about to record, of an operation that may have been recorded before."""
        return OperationStartInfo(
            operation_id=update.operation_id,
            operation_type=_TYPES[update.operation_type],
            sub_type=update.sub_type,
            name=update.name,
            parent_id=update.parent_id,
            start_time=operation.start_timestamp if operation else None,
            is_replayed=is_replayed,
            status=OperationStatus.STARTED,
        )

    @staticmethod
    def again(operation: Operation) -> OperationStartInfo:
        """The start of an operation that an earlier invocation recorded, and that is still going on."""
        return OperationStartInfo(
            operation_id=operation.operation_id,
            operation_type=_TYPES[operation.operation_type],
            sub_type=operation.sub_type,
            name=operation.name,
            parent_id=operation.parent_id,
            start_time=operation.start_timestamp,
            is_replayed=True,
            status=operation.status,
        )


@record(frozen=True)
class OperationEndInfo(OperationInfo):
    """What `on_operation_end` receives."""

    @staticmethod
    def of(operation: Operation) -> OperationEndInfo:
        """The recorded end."""
        return _of(OperationEndInfo, operation, False)

    @staticmethod
    def now(
        identifier: OperationIdentifier, status: OperationStatus, error: ErrorObject | None, is_replayed: bool
    ) -> OperationEndInfo:
        """An end that is not recorded."""
        return OperationEndInfo(
            operation_id=identifier.operation_id,
            operation_type=_TYPES[identifier.type],
            sub_type=identifier.sub_type,
            name=identifier.name,
            parent_id=identifier.parent_id,
            start_time=None,
            is_replayed=is_replayed,
            status=status,
            end_time=datetime.datetime.now(datetime.UTC),
            error=error,
        )


@record(frozen=True)
class OperationChangeInfo:
    """What `on_operation_change` receives: the operations that changed status, and all there are, by operation id."""

    execution_arn: str | None
    updated_operations: dict[str, OperationInfo]
    operations: dict[str, OperationInfo]


@record(frozen=True)
class UserFunctionStartInfo(OperationInfo):
    """What `on_user_function_start` receives.

    Attributes:
        is_replay_children: the function runs only to rebuild a result that was too large to be recorded.
    """

    is_replay_children: bool = False

    @staticmethod
    def now(
        identifier: OperationIdentifier, is_replay_children: bool = False, attempt: int | None = None
    ) -> UserFunctionStartInfo:
        """A function that is about to run."""
        return UserFunctionStartInfo(
            operation_id=identifier.operation_id,
            operation_type=_TYPES[identifier.type],
            sub_type=identifier.sub_type,
            name=identifier.name,
            parent_id=identifier.parent_id,
            start_time=datetime.datetime.now(datetime.UTC),
            is_replayed=False,
            status=OperationStatus.STARTED,
            is_replay_children=is_replay_children,
            attempt=attempt,
        )


@record(frozen=True)
class UserFunctionEndInfo(OperationInfo):
    """What `on_user_function_end` receives; `start_time` and `end_time` enclose this one run of the function."""

    is_replay_children: bool
    outcome: UserFunctionOutcome

    @classmethod
    def from_start_info(
        cls,
        start_info: UserFunctionStartInfo,
        error: ErrorObject | None,
        *,
        outcome: UserFunctionOutcome | None = None,
    ) -> UserFunctionEndInfo:
        """The end that belongs to a start, now; without an outcome the error decides."""
        return UserFunctionEndInfo(
            operation_id=start_info.operation_id,
            operation_type=start_info.operation_type,
            sub_type=start_info.sub_type,
            name=start_info.name,
            parent_id=start_info.parent_id,
            start_time=start_info.start_time,
            is_replayed=start_info.is_replayed,
            status=start_info.status,
            end_time=datetime.datetime.now(datetime.UTC),
            error=error,
            attempt=start_info.attempt,
            is_replay_children=start_info.is_replay_children,
            outcome=UserFunctionOutcome.from_error(error) if outcome is None else outcome,
        )


@dataclass(frozen=True)
class InvocationInfo:
    """One invocation of the handler.

    What carries the customer's data stays out of `repr`, because infos are logged whole, and out of comparison, because
    JSON can't be hashed.

    Attributes:
        request_id: Lambda's id of the invocation.
        is_first_invocation: no operation but the execution itself is recorded yet.
        execution_input: the handler's event, deserialized; a copy for the plugins. None if it could not be copied.
        operations: all that is recorded when the hook is called, by operation id; the execution itself is among them.
    """

    request_id: str | None
    execution_arn: str | None
    is_first_invocation: bool
    execution_start_time: datetime.datetime | None = None
    execution_input: Any = field(default=None, kw_only=True, repr=False, compare=False, hash=False)
    operations: dict[str, OperationInfo] = field(
        default_factory=dict, kw_only=True, repr=False, compare=False, hash=False
    )


@dataclass(frozen=True)
class InvocationStartInfo(InvocationInfo):
    """What `create_plugin` and `on_invocation_start` receive.

    Attributes:
        updated_operations: those of `operations` that were changed from outside while the execution was suspended, a
            wait that is over or a callback that came; empty in the first invocation.
    """

    updated_operations: dict[str, OperationInfo] = field(
        default_factory=dict, kw_only=True, repr=False, compare=False, hash=False
    )


@dataclass(frozen=True)
class InvocationEndInfo(InvocationInfo):
    """What `on_invocation_end` receives.

    Attributes:
        execution_result: the handler's result as JSON, `""` if it was so large that it was recorded instead of
            returned. None unless the execution succeeded.
    """

    status: InvocationStatus = field(kw_only=True)
    error: ErrorObject | None = field(default=None)
    execution_result: str | None = field(default=None, kw_only=True, repr=False, compare=False, hash=False)

    @classmethod
    def from_durable_execution_invocation_output(
        cls,
        invocation_start_info: InvocationStartInfo,
        output: DurableExecutionInvocationOutput,
        operations: dict[str, OperationInfo] | None = None,
    ) -> InvocationEndInfo:
        """The end that belongs to a start; without operations, those of the start."""
        return InvocationEndInfo(
            request_id=invocation_start_info.request_id,
            execution_arn=invocation_start_info.execution_arn,
            is_first_invocation=invocation_start_info.is_first_invocation,
            execution_start_time=invocation_start_info.execution_start_time,
            execution_input=invocation_start_info.execution_input,
            operations=invocation_start_info.operations if operations is None else operations,
            status=InvocationStatus(output.status.value),
            error=output.error,
            execution_result=output.result,
        )


_TERMINAL = frozenset(
    {
        OperationStatus.SUCCEEDED,
        OperationStatus.FAILED,
        OperationStatus.TIMED_OUT,
        OperationStatus.CANCELLED,
        OperationStatus.STOPPED,
    }
)


def is_terminal(operation: Operation) -> bool:
    """Whether nothing can happen to the operation any more."""
    return operation.status in _TERMINAL


class OperationInfos:
    """Makes infos of whole executions; an operation that has not changed since is not converted again.

    Without it each of N checkpoints would convert N operations. Only one thread uses an instance at a time.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Operation, OperationInfo]] = {}

    def of(self, operations: Mapping[str, Operation]) -> dict[str, OperationInfo]:
        """A dict of its own for each call: plugins may keep it, and pickle it."""
        return {operation_id: self._of(operation) for operation_id, operation in operations.items()}

    def _of(self, operation: Operation) -> OperationInfo:
        known = self._known.get(operation.operation_id)
        if known is not None and known[0] is operation:
            return known[1]
        info = OperationInfo.from_operation(operation)
        # A stack trace is a list, which a plugin could change: each info gets a new one.
        if info.error is None or info.error.stack_trace is None:
            self._known[operation.operation_id] = operation, info
        return info


def _of(info: type[_Info], operation: Operation, is_replayed: bool) -> _Info:
    """An info with all that is recorded of an operation."""
    result, error = _outcome(operation)
    step = operation.step_details
    return info(
        operation.operation_id,
        _TYPES[operation.operation_type],
        operation.sub_type,
        operation.name,
        operation.parent_id,
        operation.start_timestamp,
        is_replayed,
        operation.status,
        end_time=operation.end_timestamp,
        result=result,
        error=error,
        attempt=step.attempt if step else None,
    )


def _outcome(operation: Operation) -> tuple[str | None, ErrorObject | None]:
    result: str | None = None
    error: ErrorObject | None = None
    for details in (
        operation.step_details,
        operation.callback_details,
        operation.chained_invoke_details,
        operation.context_details,
    ):
        if details is not None:
            result = details.result if result is None else result
            error = error or details.error
    return result, _copy_of(error)


def _copy_of(error: ErrorObject | None) -> ErrorObject | None:
    if error is None or error.stack_trace is None:
        return error
    return ErrorObject(message=error.message, type=error.type, data=error.data, stack_trace=list(error.stack_trace))
