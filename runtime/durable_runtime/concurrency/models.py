"""What map and parallel return."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from durable_runtime.config import BatchItemStatus
from durable_runtime.exceptions import ChildContextError, DurableOperationError, register_operation_error
from durable_runtime.lambda_service import ErrorObject
from durable_runtime.records import record
from durable_runtime.types import BatchResult as BatchResultProtocol

if TYPE_CHECKING:
    from durable_runtime.config import CompletionConfig

logger = logging.getLogger(__name__)

R = TypeVar("R")
CallableType = TypeVar("CallableType", bound=Callable[..., Any])


class CompletionReason(Enum):
    """Why a map or parallel was complete."""

    ALL_COMPLETED = "ALL_COMPLETED"
    MIN_SUCCESSFUL_REACHED = "MIN_SUCCESSFUL_REACHED"
    FAILURE_TOLERANCE_EXCEEDED = "FAILURE_TOLERANCE_EXCEEDED"
    CUSTOM_COMPLETION_SUCCEEDED = "CUSTOM_COMPLETION_SUCCEEDED"
    CUSTOM_COMPLETION_FAILED = "CUSTOM_COMPLETION_FAILED"


class BatchCompletionError(DurableOperationError):
    """A `should_complete` predicate completed the batch as failed, although none of its items failed."""

    def __init__(
        self,
        completion_reason: CompletionReason = CompletionReason.CUSTOM_COMPLETION_FAILED,
        message: str | None = None,
        error_type: str | None = None,
        data: str | None = None,
        stack_trace: list[str] | None = None,
    ) -> None:
        message = message or f"Batch completed as failed by should_complete ({completion_reason.value})"
        super().__init__(message, error_type, data, stack_trace)
        self.completion_reason = completion_reason


register_operation_error(BatchCompletionError)


@record(frozen=True)
class BatchItem(Generic[R]):
    """One item of a map or branch of a parallel. A failed one may lack an error if none was recorded."""

    index: int
    status: BatchItemStatus
    result: R | None = None
    error: ErrorObject | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the form in which results are recorded."""
        return {
            "index": self.index,
            "status": self.status.value,
            "result": self.result,
            "error": self.error.to_dict() if self.error else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> BatchItem[R]:
        """Read the recorded form."""
        error = data.get("error")
        return cls(
            data["index"],
            BatchItemStatus(data["status"]),
            data.get("result"),
            ErrorObject.from_dict(error) if error else None,
        )


@record(frozen=True)
class BatchResult(BatchResultProtocol[R], Generic[R]):
    """The outcome of a map or parallel. Failed items do not raise: check `has_failure` or call `throw_if_error()`.

    Attributes:
        all: The items that were started, by index. One that was still under way when the batch completed is STARTED.
        completion_reason: Why the batch was complete.
    """

    all: list[BatchItem[R]]
    completion_reason: CompletionReason

    @classmethod
    def from_dict(cls, data: dict[str, Any], completion_config: CompletionConfig | None = None) -> BatchResult[R]:
        """Read the recorded form; without a recorded reason, infer it by `completion_config`."""
        items: list[BatchItem[R]] = [BatchItem.from_dict(item) for item in data["all"]]
        reason = data.get("completionReason")
        if reason is not None:
            return cls(items, CompletionReason(reason))
        inferred = cls.from_items(items, completion_config)
        logger.warning(
            "A recorded BatchResult has no completionReason; by its items it is %s", inferred.completion_reason.value
        )
        return inferred

    @classmethod
    def from_items(cls, items: list[BatchItem[R]], completion_config: CompletionConfig | None = None) -> BatchResult[R]:
        """Build a result of all items of a batch, inferring the reason."""
        from durable_runtime.concurrency.completion import inferred_reason

        return cls(items, inferred_reason(items, completion_config))

    def to_dict(self) -> dict[str, Any]:
        """Return the form in which results are recorded."""
        return {"all": [item.to_dict() for item in self.all], "completionReason": self.completion_reason.value}

    def succeeded(self) -> list[BatchItem[R]]:
        """Return the items that succeeded."""
        return self._with(BatchItemStatus.SUCCEEDED)

    def failed(self) -> list[BatchItem[R]]:
        """Return the items that failed."""
        return self._with(BatchItemStatus.FAILED)

    def started(self) -> list[BatchItem[R]]:
        """Return the items that were under way when the batch completed."""
        return self._with(BatchItemStatus.STARTED)

    def _with(self, status: BatchItemStatus) -> list[BatchItem[R]]:
        return [item for item in self.all if item.status is status]

    @property
    def status(self) -> BatchItemStatus:
        """FAILED if an item failed, SUCCEEDED if none did; a custom decision overrules both."""
        if self.completion_reason is CompletionReason.CUSTOM_COMPLETION_FAILED:
            return BatchItemStatus.FAILED
        if self.completion_reason is CompletionReason.CUSTOM_COMPLETION_SUCCEEDED:
            return BatchItemStatus.SUCCEEDED
        return BatchItemStatus.FAILED if self.has_failure else BatchItemStatus.SUCCEEDED

    @property
    def has_failure(self) -> bool:
        """Whether an item failed."""
        return any(item.status is BatchItemStatus.FAILED for item in self.all)

    def throw_if_error(self) -> None:
        """Raise if the batch failed.

        Raises:
            ChildContextError: An item failed; it carries the error of the first one.
            BatchCompletionError: No item failed, but a custom decision says so.
        """
        first = next(iter(self.failed()), None)
        if first is not None:
            if first.error is None:
                raise ChildContextError(message=f"Batch item {first.index} failed without an ErrorObject.")
            first.error.raise_as_operation_error(ChildContextError)
        if self.completion_reason is CompletionReason.CUSTOM_COMPLETION_FAILED:
            raise BatchCompletionError(self.completion_reason)

    def get_results(self) -> list[R]:
        """Return the results of the items that succeeded; those of others are left out."""
        return [cast(R, item.result) for item in self.succeeded()]

    def get_errors(self) -> list[ErrorObject | None]:
        """Return the errors of the items that failed; None stands for one that was not recorded."""
        return [item.error for item in self.failed()]

    @property
    def success_count(self) -> int:
        """How many items succeeded."""
        return len(self.succeeded())

    @property
    def failure_count(self) -> int:
        """How many items failed."""
        return len(self.failed())

    @property
    def started_count(self) -> int:
        """How many items were under way when the batch completed."""
        return len(self.started())

    @property
    def total_count(self) -> int:
        """How many items were started."""
        return len(self.all)
