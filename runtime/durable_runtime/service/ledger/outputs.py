"""Whether Lambda would take what a durable handler returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from durable_runtime.service.errors import InvalidParameterValueException
from durable_runtime.service.ledger import shapes
from durable_runtime.service.ledger.execution import Execution
from durable_runtime.service.ledger.validation import check_payload_size


def problem(output: Mapping[str, Any], execution: Execution, *, may_wait: bool) -> str | None:
    """What is wrong with a handler's output; None if nothing is.

    `may_wait` says whether something will bring the handler on if it returns PENDING.
    """
    if not isinstance(output, Mapping) or output.get("Status") is None:
        return "Response status is required"
    status, result, error = output["Status"], output.get("Result"), output.get("Error")
    if status not in ("SUCCEEDED", "FAILED", "PENDING"):
        return f"Unexpected invocation status: {status}"
    if status == "FAILED" and result is not None:
        return "Cannot provide a Result for FAILED status."
    if status == "SUCCEEDED" and error is not None:
        return "Cannot provide an Error for SUCCEEDED status."
    if status == "PENDING" and not may_wait:
        return "Cannot return PENDING status with no pending operations."
    try:
        if error is not None:
            shapes.error_size(error, "error")
        if status == "SUCCEEDED" and result is not None:
            check_payload_size("EXECUTION", shapes.payload_size(result, "result"), execution)
    except InvalidParameterValueException as refused:
        return refused.message
    return None
