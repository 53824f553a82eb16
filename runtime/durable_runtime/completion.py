"""When a map or parallel operation is complete: criteria, predicates, and what a predicate sees."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from durable_runtime.arguments import check_optional_number
from durable_runtime.exceptions import ValidationError
from durable_runtime.records import record


class BatchItemStatus(Enum):
    """Where an item of a map or parallel stands."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    STARTED = "STARTED"


class CompletionOutcome(Enum):
    """What a batch completed by its own predicate counts as."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@record(frozen=True)
class CompletionDecision:
    """What a `should_complete` predicate answers; made by `continue_batch` and `complete_batch`."""

    complete: bool
    outcome: CompletionOutcome | None = None

    def __post_init__(self) -> None:
        if self.complete and self.outcome is None:
            raise ValidationError("outcome is required when complete is True")
        if not self.complete and self.outcome is not None:
            raise ValidationError("outcome must be None when complete is False")


def continue_batch() -> CompletionDecision:
    """Answer of a `should_complete` predicate: go on."""
    return CompletionDecision(complete=False)


def complete_batch(outcome: CompletionOutcome = CompletionOutcome.SUCCEEDED) -> CompletionDecision:
    """Answer of a `should_complete` predicate: the batch is complete and counts as `outcome`."""
    return CompletionDecision(complete=True, outcome=outcome)


@record(frozen=True)
class CompletionItemStatus:
    """One item as a `should_complete` predicate sees it; the status is None until the item is started."""

    index: int
    name: str | None = None
    status: BatchItemStatus | None = None


@record(frozen=True)
class CompletionStatus:
    """A batch as a `should_complete` predicate sees it: counts, and the items by index."""

    success_count: int
    failure_count: int
    completed_count: int
    total_count: int
    items: tuple[CompletionItemStatus, ...] = ()


@record(frozen=True)
class CompletionConfig:
    """When a map or parallel is complete before all of its items are. Without any criterion, at the first failure.

    Args:
        min_successful: Complete as soon as so many items have succeeded; at least 1.
        tolerated_failure_count: Complete, and failed, as soon as more items than this have failed.
        tolerated_failure_percentage: The same in per cent of all items, 0 to 100.
        should_complete: A predicate in place of the others, asked before the first item starts and whenever an item
            ends or suspends. It must depend on its argument alone and never take back a decision when more items end,
            for on replay it sees the items end in another order.

    Raises:
        ValidationError: A number is out of its range, or a predicate is combined with a number.
    """

    min_successful: int | None = None
    tolerated_failure_count: int | None = None
    tolerated_failure_percentage: int | float | None = None
    should_complete: Callable[[CompletionStatus], CompletionDecision] | None = None

    def __post_init__(self) -> None:
        least, count, percentage = self.min_successful, self.tolerated_failure_count, self.tolerated_failure_percentage
        check_optional_number("CompletionConfig.min_successful", least)
        check_optional_number("CompletionConfig.tolerated_failure_count", count)
        check_optional_number("CompletionConfig.tolerated_failure_percentage", percentage)
        if least is not None and least < 1:
            raise ValidationError(f"min_successful must be at least 1, got: {least}")
        if count is not None and count < 0:
            raise ValidationError(f"tolerated_failure_count must be non-negative, got: {count}")
        if percentage is not None and not 0 <= percentage <= 100:
            raise ValidationError(f"tolerated_failure_percentage must be between 0 and 100, got: {percentage}")
        if self.should_complete is None:
            return
        if not callable(self.should_complete):
            raise ValidationError("should_complete must be callable")
        if (least, count, percentage) != (None, None, None):
            raise ValidationError(
                "should_complete cannot be combined with min_successful, "
                "tolerated_failure_count, or tolerated_failure_percentage"
            )

    def _validate_for_total(self, total: int) -> None:
        """Refuse a `min_successful` that `total` items cannot reach; called before the operation is recorded."""
        if self.min_successful is not None and self.min_successful > total:
            raise ValidationError(f"min_successful cannot be greater than total items: {self.min_successful} > {total}")

    @staticmethod
    def first_successful() -> CompletionConfig:
        """Complete at the first success."""
        return CompletionConfig(min_successful=1)

    @staticmethod
    def all_completed() -> CompletionConfig:
        """Run all items, however many fail."""
        return CompletionConfig(tolerated_failure_percentage=100)

    @staticmethod
    def all_successful() -> CompletionConfig:
        """Complete, and failed, at the first failure."""
        return CompletionConfig(tolerated_failure_count=0, tolerated_failure_percentage=0)
