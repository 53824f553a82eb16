"""Which batches of updates a checkpoint accepts, given the state of the execution.

Conditions and messages are those of Lambda where they are known (AWS's testing package states them); shapes are those
of botocore's model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger import shapes
from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.wire import COMPLETED, Operation, OperationUpdate

_ACTIONS: Final = {
    "STEP": frozenset({"START", "SUCCEED", "FAIL", "RETRY"}),
    "CONTEXT": frozenset({"START", "SUCCEED", "FAIL"}),
    "WAIT": frozenset({"START", "CANCEL"}),
    "CALLBACK": frozenset({"START"}),
    "CHAINED_INVOKE": frozenset({"START"}),
    "EXECUTION": frozenset({"SUCCEED", "FAIL"}),
}
_IDENTITY: Final = (("SubType", "operation subtype"), ("Name", "operation name"), ("ParentId", "parent operation id"))
_MOST_SECONDS: Final = limits.WAIT


@dataclass(frozen=True, slots=True)
class Usage:
    """What a batch adds to the execution's quotas."""

    metered: int
    stored: int


def check_batch(updates: Sequence[OperationUpdate], execution: Execution, operations: Mapping[str, Operation]) -> Usage:
    """Check a whole batch before anything of it is applied.

    Raises:
        InvalidParameterValueException: naming what is wrong.
    """
    batch = _Batch(execution, operations)
    for index, update in enumerate(updates, 1):
        try:
            batch.check(update, last=index == len(updates))
        except shapes.Misfit as misfit:
            raise misfit.within(f"updates.{index}.member") from None
    usage = Usage(batch.metered, batch.stored)
    if execution.metered + usage.metered > limits.OPERATIONS:
        raise _refused(f"Cannot checkpoint more than {limits.OPERATIONS} operations in one durable execution.")
    if execution.stored + usage.stored > limits.STORAGE:
        raise _refused(f"Cannot store more than {limits.STORAGE} bytes in one durable execution.")
    return usage


class _Batch:
    """A batch being checked: the stored state, and what the updates before have made of it."""

    def __init__(self, execution: Execution, operations: Mapping[str, Operation]) -> None:
        self.metered = 0
        self.stored = 0
        self._execution = execution
        self._operations = operations
        self._before: dict[str, OperationUpdate] = {}
        """The last update of each operation that the batch has touched."""
        self._begun: dict[str, OperationUpdate] = {}
        """The START of each operation that the batch begins."""

    def check(self, update: OperationUpdate, *, last: bool) -> None:
        if not isinstance(update, Mapping):
            raise shapes.Misfit("self", "must be a structure")
        kind, action, name = update.get("Type"), update.get("Action"), update.get("Id")
        shapes.identifier(name, "id")
        assert name is not None
        actions = _ACTIONS.get(kind) if isinstance(kind, str) else None
        if actions is None:
            raise _refused("Unknown operation type.")
        if not isinstance(action, str) or action not in actions:
            raise _refused("Invalid action for the given operation type.")
        if kind != "EXECUTION":
            self._check_identity(update, name)
            self._check_transition(update, name)
        elif not last:
            raise _refused("EXECUTION checkpoint must be the last update.")
        self._check_options(update)
        self._check_payload(update)
        self._before[name] = update

    def _check_identity(self, update: OperationUpdate, name: str) -> None:
        before = self._before.get(name)
        if before is not None and (
            before["Type"] not in ("STEP", "CONTEXT") or before["Action"] != "START" or update["Action"] == "START"
        ):
            raise _refused("Cannot checkpoint multiple operations with the same ID.")
        known: Mapping[str, Any] | None = self._operations.get(name) or self._begun.get(name)
        if known is not None:
            if update["Type"] != known["Type"]:
                raise _refused("Inconsistent operation type.")
            for key, field in _IDENTITY:
                value = update.get(key)
                if value is not None and value != known.get(key):
                    raise _refused(f"Inconsistent {field}.")
            return
        if update.get("Name") is not None:
            shapes.name(update["Name"], "name")
        if update.get("SubType") is not None:
            shapes.identifier(update["SubType"], "subType", limits.SUB_TYPE)
        if update.get("ParentId") is not None:
            shapes.identifier(update["ParentId"], "parentId")
            self._check_parent(update["ParentId"])

    def _check_parent(self, name: str) -> None:
        """A new operation's parent must be a context that has started and not finished."""
        parent: Mapping[str, Any] | None = self._operations.get(name) or self._begun.get(name)
        before = self._before.get(name)
        if (
            parent is None
            or parent["Type"] != "CONTEXT"
            or parent.get("Status") in COMPLETED
            or (before is not None and before["Action"] != "START")
        ):
            raise _refused("Invalid parent operation id.")

    def _check_transition(self, update: OperationUpdate, name: str) -> None:
        kind, action = update["Type"], update["Action"]
        operation = self._operations.get(name)
        status = operation["Status"] if operation is not None else None
        if name in self._before:
            status = "STARTED"
        if action == "START":
            if kind == "STEP":
                if status not in (None, "READY"):
                    raise _refused("Invalid current STEP state to start.")
            elif status is not None:
                article = "operation that already exists" if kind == "CHAINED_INVOKE" else "that already exist"
                raise _refused(f"Cannot start a {kind} {article}.")
            if status is None:
                self._begun[name] = update
                self.metered += 1
        elif action == "CANCEL":
            if status != "STARTED":
                raise _refused("Cannot cancel a WAIT that does not exist or has already completed.")
        elif action == "RETRY":
            if status not in ("STARTED", "READY"):
                raise _refused("Invalid current STEP state to re-attempt.")
            self.metered += 1
        elif not (status == "STARTED" or (status == "READY" and kind == "STEP")):
            raise _refused(f"Invalid current {kind} state to close.")

    def _check_options(self, update: OperationUpdate) -> None:
        kind, action = update["Type"], update["Action"]
        if action == "START":
            if kind == "WAIT":
                given = shapes.options(update, "WaitOptions", "waitOptions")
                if given.get("WaitSeconds") is None:
                    raise _refused("Invalid WaitOptions for the given action.")
                shapes.seconds(given["WaitSeconds"], "waitOptions.waitSeconds", 1, _MOST_SECONDS)
            elif kind == "CALLBACK":
                given = shapes.options(update, "CallbackOptions", "callbackOptions")
                for key, field in (
                    ("TimeoutSeconds", "timeoutSeconds"),
                    ("HeartbeatTimeoutSeconds", "heartbeatTimeoutSeconds"),
                ):
                    if given.get(key) is not None:
                        shapes.seconds(given[key], f"callbackOptions.{field}", 0, limits.CALLBACK_TIMEOUT)
            elif kind == "CHAINED_INVOKE":
                self._check_target(shapes.options(update, "ChainedInvokeOptions", "chainedInvokeOptions"))
        elif action == "RETRY":
            given = shapes.options(update, "StepOptions", "stepOptions")
            if given.get("NextAttemptDelaySeconds") is None:
                raise _refused("Invalid StepOptions for the given action.")
            shapes.seconds(given["NextAttemptDelaySeconds"], "stepOptions.nextAttemptDelaySeconds", 1, _MOST_SECONDS)
        elif kind == "CONTEXT":
            given = shapes.options(update, "ContextOptions", "contextOptions")
            shapes.flag(given.get("ReplayChildren"), "contextOptions.replayChildren")

    def _check_target(self, given: Mapping[str, Any]) -> None:
        if not given:
            raise _refused("Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.")
        target = shapes.function(given.get("FunctionName"))
        own = self._execution.start.parts
        if target.account not in (None, own.account):
            raise _refused("Cannot start a CHAINED_INVOKE on a function in another account.")
        if target.region not in (None, own.region):
            raise _refused("Cannot start a CHAINED_INVOKE on a function in another region.")
        if given.get("TenantId") is not None:
            shapes.tenant(given["TenantId"], "chainedInvokeOptions.tenantId")
        if given.get("XAmznTraceId") is not None:
            shapes.trace_header(given["XAmznTraceId"], "chainedInvokeOptions.xAmznTraceId")

    def _check_payload(self, update: OperationUpdate) -> None:
        action = update["Action"]
        payload, error = update.get("Payload"), update.get("Error")
        if payload is not None:
            if action == "FAIL":
                raise _refused("Cannot provide a Payload for FAIL action.")
            size = shapes.payload_size(payload, "payload")
            check_payload_size(update["Type"], size, self._execution)
            self.stored += size
        if error is not None:
            if action == "SUCCEED":
                raise _refused("Cannot provide an Error for SUCCEED action.")
            if action == "RETRY" and payload is not None:
                raise _refused("Cannot provide both error and payload to RETRY a STEP.")
            self.stored += shapes.error_size(error, "error")


def check_payload_size(kind: str, size: int, execution: Execution) -> None:
    """Refuse a payload that is larger than an operation of this type, or the execution's result, may have."""
    if kind == "EXECUTION":
        if size > execution.start.payload_limit:
            raise _refused(
                f"Execution output payload size must be less than or equal to {execution.start.payload_limit} bytes."
            )
    elif size > limits.OPERATION_PAYLOAD:
        flow = "input" if kind == "CHAINED_INVOKE" else "output"
        raise _refused(f"{kind} {flow} payload size must be less than or equal to {limits.OPERATION_PAYLOAD} bytes.")


def _refused(message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(message)
