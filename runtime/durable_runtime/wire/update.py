"""Updates of operations: what a checkpoint is made of."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from durable_runtime.records import record
from durable_runtime.wire.enums import OperationAction, OperationType
from durable_runtime.wire.errors import ErrorObject
from durable_runtime.wire.options import CallbackOptions, ChainedInvokeOptions, ContextOptions, StepOptions, WaitOptions

if TYPE_CHECKING:
    from durable_runtime.identifier import OperationIdentifier


@record(frozen=True)
class OperationUpdate:
    """One change of one operation; the `create_…` methods build those that exist."""

    operation_id: str
    operation_type: OperationType
    action: OperationAction
    parent_id: str | None = None
    name: str | None = None
    sub_type: str | None = None
    payload: str | None = None
    error: ErrorObject | None = None
    context_options: ContextOptions | None = None
    step_options: StepOptions | None = None
    wait_options: WaitOptions | None = None
    callback_options: CallbackOptions | None = None
    chained_invoke_options: ChainedInvokeOptions | None = None

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        wire: dict[str, Any] = {
            "Id": self.operation_id,
            "Type": self.operation_type._value_,
            "Action": self.action._value_,
        }
        if self.parent_id:
            wire["ParentId"] = self.parent_id
        if self.name:
            wire["Name"] = self.name
        if self.sub_type:
            wire["SubType"] = self.sub_type
        if self.payload is not None:
            wire["Payload"] = self.payload
        if self.error:
            wire["Error"] = self.error.to_dict()
        if self.context_options:
            wire["ContextOptions"] = self.context_options.to_dict()
        if self.step_options:
            wire["StepOptions"] = self.step_options.to_dict()
        if self.wait_options:
            wire["WaitOptions"] = self.wait_options.to_dict()
        if self.callback_options:
            wire["CallbackOptions"] = self.callback_options.to_dict()
        if self.chained_invoke_options:
            wire["ChainedInvokeOptions"] = self.chained_invoke_options.to_dict()
        return wire

    @classmethod
    def from_dict(cls, data: MutableMapping[str, Any]) -> OperationUpdate:
        """Read the API's form."""
        error = data.get("Error")
        context = data.get("ContextOptions")
        step = data.get("StepOptions")
        wait = data.get("WaitOptions")
        callback = data.get("CallbackOptions")
        invoke = data.get("ChainedInvokeOptions")
        return cls(
            operation_id=data["Id"],
            operation_type=OperationType(data["Type"]),
            action=OperationAction(data["Action"]),
            parent_id=data.get("ParentId"),
            name=data.get("Name"),
            sub_type=data.get("SubType") or None,
            payload=data.get("Payload"),
            error=ErrorObject.from_dict(error) if error else None,
            context_options=ContextOptions.from_dict(context) if context else None,
            step_options=StepOptions.from_dict(step) if step else None,
            wait_options=WaitOptions.from_dict(wait) if wait else None,
            callback_options=CallbackOptions.from_dict(callback) if callback else None,
            chained_invoke_options=ChainedInvokeOptions.from_dict(invoke) if invoke else None,
        )

    @classmethod
    def _of(
        cls, identifier: OperationIdentifier, kind: OperationType, action: OperationAction, **fields: Any
    ) -> OperationUpdate:
        return cls(
            identifier.operation_id,
            kind,
            action,
            identifier.parent_id,
            identifier.name,
            identifier.sub_type,
            **fields,
        )

    @classmethod
    def create_callback(cls, identifier: OperationIdentifier, callback_options: CallbackOptions) -> OperationUpdate:
        """Start a callback."""
        return cls._of(identifier, OperationType.CALLBACK, OperationAction.START, callback_options=callback_options)

    @classmethod
    def create_context_start(cls, identifier: OperationIdentifier) -> OperationUpdate:
        """Start a child context."""
        return cls._of(identifier, OperationType.CONTEXT, OperationAction.START)

    @classmethod
    def create_context_succeed(
        cls, identifier: OperationIdentifier, payload: str | None, *, context_options: ContextOptions | None = None
    ) -> OperationUpdate:
        """End a child context with a result."""
        return cls._of(
            identifier,
            OperationType.CONTEXT,
            OperationAction.SUCCEED,
            payload=payload,
            context_options=context_options,
        )

    @classmethod
    def create_context_fail(cls, identifier: OperationIdentifier, error: ErrorObject) -> OperationUpdate:
        """End a child context with an error."""
        return cls._of(identifier, OperationType.CONTEXT, OperationAction.FAIL, error=error)

    @classmethod
    def create_execution_succeed(cls, payload: str) -> OperationUpdate:
        """End the execution with a result too large for the invocation's response."""
        return cls(_execution_result_id(), OperationType.EXECUTION, OperationAction.SUCCEED, payload=payload)

    @classmethod
    def create_execution_fail(cls, error: ErrorObject) -> OperationUpdate:
        """End the execution with an error too large for the invocation's response."""
        return cls(_execution_result_id(), OperationType.EXECUTION, OperationAction.FAIL, error=error)

    @classmethod
    def create_step_succeed(cls, identifier: OperationIdentifier, payload: str | None) -> OperationUpdate:
        """End a step with a result."""
        return cls._of(identifier, OperationType.STEP, OperationAction.SUCCEED, payload=payload)

    @classmethod
    def create_step_fail(cls, identifier: OperationIdentifier, error: ErrorObject) -> OperationUpdate:
        """End a step with an error."""
        return cls._of(identifier, OperationType.STEP, OperationAction.FAIL, error=error)

    @classmethod
    def create_step_start(cls, identifier: OperationIdentifier) -> OperationUpdate:
        """Start an attempt of a step."""
        return cls._of(identifier, OperationType.STEP, OperationAction.START)

    @classmethod
    def create_step_retry(
        cls, identifier: OperationIdentifier, error: ErrorObject, next_attempt_delay_seconds: int
    ) -> OperationUpdate:
        """End an attempt of a step with an error and ask for another one after a delay."""
        return cls._of(
            identifier,
            OperationType.STEP,
            OperationAction.RETRY,
            error=error,
            step_options=StepOptions(next_attempt_delay_seconds),
        )

    @classmethod
    def create_invoke_start(
        cls, identifier: OperationIdentifier, payload: str | None, chained_invoke_options: ChainedInvokeOptions
    ) -> OperationUpdate:
        """Invoke another function."""
        return cls._of(
            identifier,
            OperationType.CHAINED_INVOKE,
            OperationAction.START,
            payload=payload,
            chained_invoke_options=chained_invoke_options,
        )

    @classmethod
    def create_wait_for_condition_start(cls, identifier: OperationIdentifier) -> OperationUpdate:
        """Start a check of a condition."""
        return cls._of(identifier, OperationType.STEP, OperationAction.START)

    @classmethod
    def create_wait_for_condition_succeed(cls, identifier: OperationIdentifier, payload: str | None) -> OperationUpdate:
        """End the checks of a condition with the last state."""
        return cls._of(identifier, OperationType.STEP, OperationAction.SUCCEED, payload=payload)

    @classmethod
    def create_wait_for_condition_retry(
        cls, identifier: OperationIdentifier, payload: str | None, next_attempt_delay_seconds: int
    ) -> OperationUpdate:
        """End a check of a condition with its state and ask for another one after a delay."""
        return cls._of(
            identifier,
            OperationType.STEP,
            OperationAction.RETRY,
            payload=payload,
            step_options=StepOptions(next_attempt_delay_seconds),
        )

    @classmethod
    def create_wait_for_condition_fail(cls, identifier: OperationIdentifier, error: ErrorObject) -> OperationUpdate:
        """End the checks of a condition with an error."""
        return cls._of(identifier, OperationType.STEP, OperationAction.FAIL, error=error)

    @classmethod
    def create_wait_start(cls, identifier: OperationIdentifier, wait_options: WaitOptions) -> OperationUpdate:
        """Start a wait."""
        return cls._of(identifier, OperationType.WAIT, OperationAction.START, wait_options=wait_options)


def _execution_result_id() -> str:
    return f"execution-result-{time.time_ns() // 1_000_000}"
