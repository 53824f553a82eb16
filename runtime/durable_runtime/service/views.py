"""Executions as callers of the engine see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from durable_runtime.service.ledger import Execution
from durable_runtime.service.wire import ErrorObject, ExecutionStatus, Operation, public


@dataclass(frozen=True, slots=True)
class ExecutionView:
    """An execution at one moment; it does not change when the execution does."""

    execution: Execution
    """The header: start, status, timers, counters."""
    stored_operations: Sequence[Operation]
    """Operations in the order in which they started, the EXECUTION first, with the service's bookkeeping."""

    @property
    def arn(self) -> str:
        return self.execution.arn

    @property
    def name(self) -> str:
        return self.execution.start.parts.name

    @property
    def function(self) -> str:
        """Bare name of the function."""
        return self.execution.start.parts.function

    @property
    def status(self) -> ExecutionStatus:
        return self.execution.status

    @property
    def ended(self) -> bool:
        """Whether it is over, however it ended."""
        return self.execution.ended

    @property
    def input(self) -> str | None:
        """The payload it was started with."""
        return self.execution.start.input

    @property
    def result(self) -> str | None:
        """The handler's result as JSON text, if it succeeded."""
        return self.execution.result

    @property
    def error(self) -> ErrorObject | None:
        """Why it failed, timed out or was stopped."""
        return self.execution.error

    @property
    def operations(self) -> list[Operation]:
        """Operations as the API shows them, in the order in which they started, the EXECUTION first."""
        return [public(operation) for operation in self.stored_operations]


def described(execution: Execution, *, include_data: bool = True) -> dict[str, Any]:
    """GetDurableExecution's answer."""
    start = execution.start
    answer = listed(execution)
    answer["Version"] = start.parts.version
    answer["ExecutionDataIncluded"] = include_data
    answer["DurableConfig"] = {
        "RetentionPeriodInDays": start.retention_days,
        "ExecutionTimeout": start.execution_timeout,
    }
    if start.trace_header is not None:
        answer["TraceHeader"] = {"XAmznTraceId": start.trace_header}
    if (moment := execution.times_out_at) is not None:
        answer["ExpectedExecutionTimeoutTimestamp"] = moment
    if execution.pause is not None:
        answer["PauseDetails"] = {
            "PauseRequestTimestamp": execution.pause.requested_at,
            "ExecutionTimeoutPaused": execution.pause.timeout_paused,
        }
        if include_data and execution.pause.reason is not None:
            answer["PauseDetails"]["Reason"] = execution.pause.reason
    if include_data:
        data = {"InputPayload": start.input, "Result": execution.result, "Error": execution.error}
        answer |= {key: value for key, value in data.items() if value is not None}
    return answer


def listed(execution: Execution) -> dict[str, Any]:
    """The execution as an item of ListDurableExecutionsByFunction's answer."""
    parts = execution.start.parts
    item = {
        "DurableExecutionArn": execution.arn,
        "DurableExecutionName": parts.name,
        "FunctionArn": parts.function_arn,
        "Status": execution.status,
        "StartTimestamp": execution.start.started_at,
    }
    if execution.ended_at is not None:
        item["EndTimestamp"] = execution.ended_at
    return item
