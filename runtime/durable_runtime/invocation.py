"""The event with which Lambda invokes a durable function."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import field
from typing import Any

from durable_runtime.lambda_service import DurableServiceClient, Operation
from durable_runtime.records import record


@record(frozen=True)
class InitialExecutionState:
    """The recorded operations, as far as the event had room for them; a marker leads to the others."""

    operations: list[Operation]
    next_marker: str

    @staticmethod
    def from_dict(input_dict: MutableMapping[str, Any]) -> InitialExecutionState:
        """Read the API's form, with datetimes."""
        operations = [Operation.from_dict(operation) for operation in input_dict.get("Operations") or ()]
        return InitialExecutionState(operations, input_dict.get("NextMarker", ""))

    @staticmethod
    def from_json_dict(input_dict: MutableMapping[str, Any]) -> InitialExecutionState:
        """Read the event's form, with epoch milliseconds."""
        operations = [Operation.from_json_dict(operation) for operation in input_dict.get("Operations") or ()]
        return InitialExecutionState(operations, input_dict.get("NextMarker", ""))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return {"Operations": [operation.to_dict() for operation in self.operations], "NextMarker": self.next_marker}

    def to_json_dict(self) -> MutableMapping[str, Any]:
        """Return the event's form."""
        operations = [operation.to_json_dict() for operation in self.operations]
        return {"Operations": operations, "NextMarker": self.next_marker}


@record(frozen=True)
class DurableExecutionInvocationInput:
    """An invocation's event.

    Attributes:
        updated_operation_ids: What has changed from outside since the last invocation.
    """

    durable_execution_arn: str
    checkpoint_token: str
    initial_execution_state: InitialExecutionState
    updated_operation_ids: list[str] = field(default_factory=list, kw_only=True)

    @staticmethod
    def from_dict(input_dict: MutableMapping[str, Any]) -> DurableExecutionInvocationInput:
        """Read the API's form, with datetimes."""
        return _read(input_dict, InitialExecutionState.from_dict(input_dict.get("InitialExecutionState", {})))

    @staticmethod
    def from_json_dict(input_dict: MutableMapping[str, Any]) -> DurableExecutionInvocationInput:
        """Read the event's form, with epoch milliseconds."""
        return _read(input_dict, InitialExecutionState.from_json_dict(input_dict.get("InitialExecutionState", {})))

    def to_dict(self) -> MutableMapping[str, Any]:
        """Return the API's form."""
        return self._written(self.initial_execution_state.to_dict())

    def to_json_dict(self) -> MutableMapping[str, Any]:
        """Return the event's form."""
        return self._written(self.initial_execution_state.to_json_dict())

    def _written(self, state: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {
            "DurableExecutionArn": self.durable_execution_arn,
            "CheckpointToken": self.checkpoint_token,
            "InitialExecutionState": state,
            "UpdatedOperationIds": self.updated_operation_ids,
        }


def _read(event: MutableMapping[str, Any], state: InitialExecutionState) -> DurableExecutionInvocationInput:
    return DurableExecutionInvocationInput(
        durable_execution_arn=event["DurableExecutionArn"],
        checkpoint_token=event["CheckpointToken"],
        initial_execution_state=state,
        updated_operation_ids=list(event.get("UpdatedOperationIds", [])),
    )


@record(frozen=True)
class DurableExecutionInvocationInputWithClient(DurableExecutionInvocationInput):
    """An event that brings along the client to use, for hosts in the same process."""

    service_client: DurableServiceClient

    @staticmethod
    def from_durable_execution_invocation_input(
        invocation_input: DurableExecutionInvocationInput, service_client: DurableServiceClient
    ) -> DurableExecutionInvocationInputWithClient:
        """Add a client to an event."""
        return DurableExecutionInvocationInputWithClient(
            durable_execution_arn=invocation_input.durable_execution_arn,
            checkpoint_token=invocation_input.checkpoint_token,
            initial_execution_state=invocation_input.initial_execution_state,
            updated_operation_ids=invocation_input.updated_operation_ids,
            service_client=service_client,
        )
