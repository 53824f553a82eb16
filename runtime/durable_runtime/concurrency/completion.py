"""When a batch is complete, why, and how a large result remembers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeGuard

from durable_runtime.arguments import refuse
from durable_runtime.concurrency.models import BatchItem, BatchResult, CompletionReason
from durable_runtime.config import (
    BatchItemStatus,
    CompletionDecision,
    CompletionItemStatus,
    CompletionOutcome,
    CompletionStatus,
)
from durable_runtime.records import record

if TYPE_CHECKING:
    from durable_runtime.config import CompletionConfig
    from durable_runtime.types import SummaryGenerator


@record(frozen=True)
class CompletionPolicy:
    """The criteria of a CompletionConfig for a batch of `total` items.

    A predicate stands in place of all numbers. Without any criterion, the first failure is one too many. Whatever the
    criteria, a batch is complete when all of its items have ended.
    """

    total: int
    min_successful: int | None = None
    tolerated_failure_count: int | None = None
    tolerated_failure_percentage: int | float | None = None
    should_complete: Callable[[CompletionStatus], CompletionDecision] | None = None

    @classmethod
    def from_config(cls, total: int, config: CompletionConfig | None) -> CompletionPolicy:
        """Apply a config to a number of items."""
        if config is None:
            return cls(total)
        return cls(
            total,
            config.min_successful,
            config.tolerated_failure_count,
            config.tolerated_failure_percentage,
            config.should_complete,
        )

    def ask(
        self, succeeded: int, failed: int, items: Callable[[], Iterable[CompletionItemStatus]]
    ) -> CompletionDecision | None:
        """Ask the predicate, if there is one."""
        if self.should_complete is None:
            return None
        decision = self.should_complete(
            CompletionStatus(succeeded, failed, succeeded + failed, self.total, tuple(items()))
        )
        if not isinstance(decision, CompletionDecision):
            refuse(
                "CompletionConfig.should_complete: its answer",
                "a CompletionDecision",
                decision,
                "return continue_batch() or complete_batch()",
            )
        return decision

    def completed(
        self, succeeded: int, failed: int, decision: CompletionDecision | None = None
    ) -> CompletionReason | None:
        """Return why the batch is complete, or None if it goes on.

        Args:
            decision: The predicate's, where there is one.
        """
        if self.should_complete is not None:
            if decision is not None and decision.complete:
                return _custom_reason(decision)
        elif self._tolerates_no_more(failed):
            return CompletionReason.FAILURE_TOLERANCE_EXCEEDED
        if succeeded + failed >= self.total:
            return CompletionReason.ALL_COMPLETED
        if self.min_successful is not None and succeeded >= self.min_successful:
            return CompletionReason.MIN_SUCCESSFUL_REACHED
        return None

    def _tolerates_no_more(self, failed: int) -> bool:
        least, count, percentage = self.min_successful, self.tolerated_failure_count, self.tolerated_failure_percentage
        if least is None and count is None and percentage is None:
            return failed > 0
        if count is not None and failed > count:
            return True
        return percentage is not None and self.total > 0 and failed / self.total * 100 > percentage


def _custom_reason(decision: CompletionDecision) -> CompletionReason:
    if decision.outcome is CompletionOutcome.FAILED:
        return CompletionReason.CUSTOM_COMPLETION_FAILED
    return CompletionReason.CUSTOM_COMPLETION_SUCCEEDED


def inferred_reason(items: list[BatchItem[Any]], config: CompletionConfig | None) -> CompletionReason:
    """Return the most likely reason for a batch of which nothing but the items is known."""
    policy = CompletionPolicy.from_config(len(items), config)
    succeeded = sum(item.status is BatchItemStatus.SUCCEEDED for item in items)
    failed = sum(item.status is BatchItemStatus.FAILED for item in items)
    decision = policy.ask(
        succeeded, failed, lambda: (CompletionItemStatus(index=item.index, status=item.status) for item in items)
    )
    return policy.completed(succeeded, failed, decision) or CompletionReason.ALL_COMPLETED


@record(frozen=True)
class CompletionRecord:
    """How a batch completed, as the summary tells it that stands in place of a large result.

    Items start in the order of their index, so those that were started are the first `started_total`. Of these,
    `started_indexes` had not ended.
    """

    completion_reason: CompletionReason
    started_total: int
    started_indexes: frozenset[int]

    @classmethod
    def from_summary_payload(cls, payload: str | None) -> CompletionRecord | None:
        """Read a summary; None if it is none, or one that does not tell."""
        try:
            summary = json.loads(payload or "null")
        except (TypeError, ValueError):
            return None
        if not isinstance(summary, dict):
            return None
        total, reason = summary.get("totalCount"), summary.get("completionReason")
        if not _is_count(total) or not isinstance(reason, str) or reason not in _REASONS:
            return None
        started, ended = summary.get("startedIndexes"), summary.get("completedIndexes")
        indexes = started if isinstance(started, list) else ended
        if not isinstance(indexes, list) or not all(_is_count(index) and index < total for index in indexes):
            return None
        listed = frozenset(indexes)
        return cls(CompletionReason(reason), total, listed if indexes is started else frozenset(range(total)) - listed)

    @staticmethod
    def summary_envelope(result: BatchResult[Any], result_type: str, summary: str | None) -> str:
        """Write a summary: what replay needs, a few counts for people, and the user's own text."""
        started = [item.index for item in result.all if item.status is BatchItemStatus.STARTED]
        ended = [item.index for item in result.all if item.status is not BatchItemStatus.STARTED]
        # The shorter of the two, for a summary has to stay small.
        indexes = {"startedIndexes": started} if len(started) <= len(ended) else {"completedIndexes": ended}
        envelope: dict[str, Any] = {
            "type": result_type,
            "totalCount": result.total_count,
            "completionReason": result.completion_reason.value,
            **indexes,
            "startedCount": len(started),
            "successCount": result.success_count,
            "failureCount": result.failure_count,
            "status": result.status.value,
        }
        if summary is not None:
            envelope["summary"] = str(summary)
        return json.dumps(envelope)


_REASONS = frozenset(reason.value for reason in CompletionReason)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def envelope_summary_generator(
    result_type: str, custom_generator: SummaryGenerator[Any] | None
) -> SummaryGenerator[Any]:
    """Return the summary generator of a map ("MapResult") or parallel ("ParallelResult").

    Args:
        custom_generator: The user's; what it raises fails the operation.
    """

    def generate(result: BatchResult[Any]) -> str:
        summary = custom_generator(result) if custom_generator is not None else None
        return CompletionRecord.summary_envelope(result, result_type, summary)

    return generate
