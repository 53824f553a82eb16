"""What a test sees of an execution: its outcome and the tree of its operations.

The classes have the fields of AWS's testing SDK 1.4.0. They are built from operations in wire form, with the enums and
error class of the SDK that the function under test is written with.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from durable_runtime.testing.exceptions import DurableFunctionsTestError
from durable_runtime.testing.payload import Payload

if TYPE_CHECKING:
    from durable_runtime.execution import InvocationStatus
    from durable_runtime.lambda_service import ErrorObject, OperationStatus, OperationType
    from durable_runtime.testing.vocabulary import Vocabulary


class ExecutionStatus(Enum):
    """How far an execution is, or how it ended."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    TIMED_OUT = "TIMED_OUT"


class _Named:
    """Finds operations by name among those directly inside."""

    _kind = "Operation"

    def _inside(self) -> list[Operation]:
        raise NotImplementedError

    def get_operation_by_name(self, name: str) -> Operation:
        """The first operation of that name directly inside.

        Raises:
            DurableFunctionsTestError: There is none; the message says where that name is found, or which names exist.
        """
        for operation in self._inside():
            if operation.name == name:
                return operation
        raise DurableFunctionsTestError(f"{self._kind} with name '{name}' not found{_hint(name, self._inside())}")

    def get_step(self, name: str) -> StepOperation:
        """The step, or wait for a condition, of that name."""
        return cast(StepOperation, self.get_operation_by_name(name))

    def get_wait(self, name: str) -> WaitOperation:
        """The wait of that name."""
        return cast(WaitOperation, self.get_operation_by_name(name))

    def get_context(self, name: str) -> ContextOperation:
        """The child context, map, parallel, branch or wait for a callback of that name."""
        return cast(ContextOperation, self.get_operation_by_name(name))

    def get_callback(self, name: str) -> CallbackOperation:
        """The callback of that name."""
        return cast(CallbackOperation, self.get_operation_by_name(name))

    def get_invoke(self, name: str) -> InvokeOperation:
        """The invocation of another function of that name."""
        return cast(InvokeOperation, self.get_operation_by_name(name))

    def get_execution(self, name: str) -> ExecutionOperation:
        """The execution of that name."""
        return cast(ExecutionOperation, self.get_operation_by_name(name))


@dataclass(frozen=True)
class Operation:
    """What all operations have."""

    operation_id: str
    operation_type: OperationType
    status: OperationStatus
    parent_id: str | None = field(default=None, kw_only=True)
    name: str | None = field(default=None, kw_only=True)
    sub_type: str | None = field(default=None, kw_only=True)
    start_timestamp: datetime.datetime | None = field(default=None, kw_only=True)
    end_timestamp: datetime.datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class ExecutionOperation(Operation):
    """The execution itself, as an operation."""

    input_payload: str | None = None


@dataclass(frozen=True)
class ContextOperation(_Named, Operation):
    """A child context, map, parallel, branch or wait for a callback, with the operations inside it."""

    child_operations: list[Operation]
    result: Payload | None = None
    error: ErrorObject | None = None

    _kind = "Child Operation"

    def _inside(self) -> list[Operation]:
        return self.child_operations


@dataclass(frozen=True)
class StepOperation(ContextOperation):
    """A step or a wait for a condition; nothing is ever inside it."""

    attempt: int = 0
    next_attempt_timestamp: datetime.datetime | None = None
    result: Payload | None = None
    error: ErrorObject | None = None


@dataclass(frozen=True)
class WaitOperation(Operation):
    """A wait."""

    scheduled_end_timestamp: datetime.datetime | None = None


@dataclass(frozen=True)
class CallbackOperation(ContextOperation):
    """A callback; nothing is ever inside it."""

    callback_id: str | None = None
    result: Payload | None = None
    error: ErrorObject | None = None


@dataclass(frozen=True)
class InvokeOperation(Operation):
    """An invocation of another function."""

    result: Payload | None = None
    error: ErrorObject | None = None


@dataclass(frozen=True, repr=False)
class DurableFunctionTestResult(_Named):
    """The outcome of an execution.

    `status` is SUCCEEDED or FAILED; `execution_status` tells apart FAILED, TIMED_OUT and STOPPED. `operations` are
    those at the top level; what they contain hangs below them.
    """

    status: InvocationStatus
    operations: list[Operation]
    result: Payload | None = None
    error: ErrorObject | None = None
    execution_status: ExecutionStatus | None = None

    def _inside(self) -> list[Operation]:
        return self.operations

    @property
    def value(self) -> Any:
        """What the function returned, read from the JSON in `result`; None when it did not return."""
        return None if self.result is None else self.result.value

    def get_all_operations(self) -> list[Operation]:
        """All operations, nested ones included; the latest first, each followed by those inside it."""
        return list(_latest_first(self.operations))

    def __repr__(self) -> str:
        outcome = f"result={self.result}" if self.error is None else f"{self.error.type}: {self.error.message}"
        count = sum(1 for _ in _latest_first(self.operations))
        status = self.execution_status or self.status
        return f"<{type(self).__name__} {status.value} {outcome}, operations: {count}>"


def result_of(
    execution: Mapping[str, Any], operations: Iterable[Mapping[str, Any]], words: Vocabulary
) -> DurableFunctionTestResult:
    """The outcome of an execution that is over, from what GetDurableExecution tells and its operations in wire form."""
    status, text = execution["Status"], execution.get("Result")
    return DurableFunctionTestResult(
        status=words.invocation_status("SUCCEEDED" if status == "SUCCEEDED" else "FAILED"),
        operations=operation_tree(operations, words),
        result=None if text is None else Payload(text),
        error=words.error_of(execution.get("Error")),
        execution_status=ExecutionStatus(status),
    )


_TYPES = ("CONTEXT", "STEP", "WAIT", "CALLBACK", "CHAINED_INVOKE")


def operation_tree(operations: Iterable[Mapping[str, Any]], words: Vocabulary) -> list[Operation]:
    """The operations of an execution at its top level, with what they contain; the execution itself is left out."""
    rows = [row for row in operations if row["Type"] != "EXECUTION"]
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        below.setdefault(row.get("ParentId"), []).append(row)

    def made(parent: str | None) -> list[Operation]:
        return [_made(row, made(row["Id"]), words) for row in below.get(parent, ())]

    return made(None)


def _made(row: Mapping[str, Any], children: list[Operation], words: Vocabulary) -> Operation:
    if row["Type"] not in _TYPES:
        raise DurableFunctionsTestError(f"Unknown operation type: {row['Type']}")
    common = {
        "operation_id": row["Id"],
        "operation_type": words.operation_type(row["Type"]),
        "status": words.operation_status(row["Status"]),
        "parent_id": row.get("ParentId"),
        "name": row.get("Name"),
        "sub_type": row.get("SubType") or None,
        "start_timestamp": row.get("StartTimestamp"),
        "end_timestamp": row.get("EndTimestamp"),
    }
    match row["Type"]:
        case "WAIT":
            details = row.get("WaitDetails") or {}
            return WaitOperation(**common, scheduled_end_timestamp=details.get("ScheduledEndTimestamp"))
        case "STEP":
            details = row.get("StepDetails") or {}
            return StepOperation(
                **common,
                **_outcome(details, words, words.decode),
                child_operations=children,
                attempt=details.get("Attempt", 0),
                next_attempt_timestamp=details.get("NextAttemptTimestamp"),
            )
        case "CONTEXT":
            details = row.get("ContextDetails") or {}
            return ContextOperation(**common, **_outcome(details, words, words.decode), child_operations=children)
        case "CALLBACK":
            details = row.get("CallbackDetails") or {}
            return CallbackOperation(
                **common, **_outcome(details, words), child_operations=children, callback_id=details.get("CallbackId")
            )
        case _:
            return InvokeOperation(**common, **_outcome(row.get("ChainedInvokeDetails") or {}, words))


def _outcome(
    details: Mapping[str, Any], words: Vocabulary, decode: Callable[[str], Any] | None = None
) -> dict[str, Any]:
    text = details.get("Result")
    result = None if text is None else Payload(text, decode) if decode else Payload(text)
    return {"result": result, "error": words.error_of(details.get("Error"))}


def _latest_first(operations: list[Operation]) -> Iterator[Operation]:
    for operation in reversed(operations):
        yield operation
        yield from _latest_first(_children(operation))


def _children(operation: Operation) -> list[Operation]:
    return operation.child_operations if isinstance(operation, ContextOperation) else []


def _hint(name: str, operations: list[Operation]) -> str:
    """Where else the name is, or what there is instead."""
    for operation in operations:
        if any(inner.name == name for inner in _latest_first(_children(operation))):
            inside = operation.name or operation.sub_type
            return f" here, but inside '{inside}': ask get_context('{inside}') for it"
    names = [operation.name for operation in operations if operation.name]
    if close := get_close_matches(name, names, n=1):
        return f"; did you mean '{close[0]}'?"
    return f"; there are {', '.join(map(repr, names))}" if names else "; no operation here has a name"
