"""Waits: suspend for a time."""

from __future__ import annotations

from durable_runtime.lambda_service import OperationStatus, OperationUpdate, WaitOptions
from durable_runtime.operation.base import OperationCall
from durable_runtime.suspend import suspend_with_optional_resume_delay


def run_wait(call: OperationCall, seconds: int) -> None:
    """Wait, or return at once if the time is over.

    Raises:
        SuspendExecution: It is not.
    """
    if call.recorded is None:
        call.record(OperationUpdate.create_wait_start(call.identifier, WaitOptions(wait_seconds=seconds)))
        call.reload()
    if call.recorded is None or call.recorded.status is not OperationStatus.SUCCEEDED:
        suspend_with_optional_resume_delay(f"Wait for {seconds} seconds", seconds)
