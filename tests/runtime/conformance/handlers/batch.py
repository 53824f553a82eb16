"""What parallel and map have in common: how they are bounded, and what a handler reports of their result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_durable_execution_sdk_python import BatchResult, DurableContext
from aws_durable_execution_sdk_python.config import CompletionConfig, NestingType

from tests.runtime.conformance.handlers.step import same

Branch = Callable[[DurableContext], Any]

FLAT = NestingType.FLAT
ALL = CompletionConfig()


class Rejected(Exception):
    """What a failing branch raises."""


def returning(value: Any) -> Branch:
    """A branch of no operations."""
    return lambda branch: value


def stepping(value: Any) -> Branch:
    """A branch of one step."""
    return lambda branch: branch.step(same(value))


def failing(branch: DurableContext) -> None:
    raise Rejected("this branch fails")


def tolerating(*, count: int | None = None, percentage: float | None = None) -> CompletionConfig:
    return CompletionConfig(tolerated_failure_count=count, tolerated_failure_percentage=percentage)


def report(batch: BatchResult[Any], *fields: str) -> dict[str, Any]:
    """The asked-for part of what a handler can tell about its batch."""
    known = {
        "completionReason": batch.completion_reason.value,
        "status": batch.status.value,
        "successCount": batch.success_count,
        "failureCount": batch.failure_count,
        "totalCount": batch.total_count,
    }
    return {field: known[field] for field in fields}


COUNTS = ("completionReason", "successCount", "failureCount", "totalCount")
COUNTS_AND_STATUS = (*COUNTS, "status")
