"""Invokes: run another function and wait for its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from durable_runtime.exceptions import InvokeError
from durable_runtime.lambda_service import ChainedInvokeOptions, OperationStatus, OperationUpdate
from durable_runtime.operation.base import OperationCall
from durable_runtime.operation.recorded import raise_recorded, result_of
from durable_runtime.serdes import DEFAULT_JSON_SERDES
from durable_runtime.suspend import suspend_with_optional_resume_delay

if TYPE_CHECKING:
    from durable_runtime.config import InvokeConfig

_FAILURES = (OperationStatus.FAILED, OperationStatus.TIMED_OUT, OperationStatus.STOPPED)


def run_invoke(call: OperationCall, function_name: str, payload: Any, config: InvokeConfig[Any, Any]) -> Any:
    """Invoke a function, or return what it has returned.

    Raises:
        InvokeError: It failed, timed out or was stopped.
        SerDesError: The payload or the result cannot be converted.
        SuspendExecution: It has not ended yet.
    """
    if call.recorded is None:
        _start(call, function_name, payload, config)
        call.reload()
    recorded = call.recorded
    if recorded is not None and recorded.status is OperationStatus.SUCCEEDED:
        with call.user_code("the serdes of"):
            return call.deserialize(config.serdes_result or DEFAULT_JSON_SERDES, result_of(recorded))
    if recorded is not None and recorded.status in _FAILURES:
        raise_recorded(recorded, InvokeError)
    return suspend_with_optional_resume_delay(f"Invoke {call.operation_id} started, suspending for completion")


def serialize_payload(call: OperationCall, payload: Any, config: InvokeConfig[Any, Any]) -> str | None:
    """Return the payload as it is passed on."""
    with call.user_code("the serdes of"):
        return call.serialize(config.serdes_payload or DEFAULT_JSON_SERDES, payload)


def _start(call: OperationCall, function_name: str, payload: Any, config: InvokeConfig[Any, Any]) -> None:
    serialized = serialize_payload(call, payload, config)
    options = ChainedInvokeOptions(
        function_name=function_name,
        tenant_id=config.tenant_id,
        x_amzn_trace_id=call.state.trace_id_for(call.identifier, function_name),
    )
    call.record(OperationUpdate.create_invoke_start(call.identifier, serialized, options))
