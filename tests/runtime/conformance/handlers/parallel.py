"""Requirements 8-*: branches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aws_durable_execution_sdk_python import BatchResult, DurableContext, ParallelBranch, durable_execution
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, ParallelConfig
from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext

from tests.runtime.conformance.handlers.batch import (
    COUNTS,
    COUNTS_AND_STATUS,
    FLAT,
    Branch,
    failing,
    report,
    returning,
    stepping,
    tolerating,
)
from tests.runtime.conformance.registry import requirement


class Wrapped(SerDes[Any]):
    """Any JSON value inside an object."""

    def serialize(self, value: Any, _: SerDesContext) -> str:
        return json.dumps({"wrapped": value})

    def deserialize(self, data: str, _: SerDesContext) -> Any:
        return json.loads(data)["wrapped"]


def one_by_one(
    context: DurableContext,
    name: str | None,
    branches: Sequence[Branch | ParallelBranch[Any]],
    **config: Any,
) -> BatchResult[Any]:
    """The branches in order, one at a time."""
    return context.parallel(branches, name=name, config=ParallelConfig(max_concurrency=1, **config))


@requirement("8-1")
@durable_execution
def two_branches(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, "parallel", [stepping("task-1"), stepping("task-2")]).get_results()


@requirement("8-2")
@durable_execution
def unnamed(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, None, [returning("alpha"), returning("beta")]).get_results()


@requirement("8-3")
@durable_execution
def named_branches(event: None, context: DurableContext) -> list[str]:
    branches = [ParallelBranch(returning("one"), name="first"), ParallelBranch(returning("two"), name="second")]
    return one_by_one(context, "named", branches).get_results()


@requirement("8-4")
@durable_execution
def mixed_results(event: None, context: DurableContext) -> list[Any]:
    return one_by_one(context, "hetero", [returning("hello"), returning(42), returning({"k": "v"})]).get_results()


@requirement("8-5")
@durable_execution
def no_branches(event: None, context: DurableContext) -> list[Any]:
    return one_by_one(context, "empty", []).get_results()


@requirement("8-6")
@durable_execution
def fail_fast(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [returning("ok"), failing, returning("never")]
    batch = one_by_one(context, "failfast", branches, completion_config=tolerating(count=0))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("8-7")
@durable_execution
def rethrown(event: None, context: DurableContext) -> None:
    batch = one_by_one(context, "throwing", [failing, returning("never")], completion_config=tolerating(count=0))
    batch.throw_if_error()


@requirement("8-8")
@durable_execution
def enough_successes(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [returning(value) for value in ("a", "b", "c", "d")]
    batch = one_by_one(context, "min-successful", branches, completion_config=CompletionConfig(min_successful=2))
    return report(batch, "completionReason", "successCount", "totalCount")


@requirement("8-9")
@durable_execution
def tolerated_failure(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [returning("a"), failing, returning("c")]
    batch = one_by_one(context, "tolerated", branches, completion_config=tolerating(count=1))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("8-10")
@durable_execution
def too_many_failures(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [failing, failing, returning("never")]
    batch = one_by_one(context, "tolerated-exceeded", branches, completion_config=tolerating(count=1))
    return report(batch, *COUNTS)


@requirement("8-11")
@durable_execution
def concurrent(event: None, context: DurableContext) -> list[str]:
    branches = [returning(value) for value in ("r0", "r1", "r2")]
    return context.parallel(branches, name="concurrent", config=ParallelConfig(max_concurrency=2)).get_results()


@requirement("8-12")
@durable_execution
def flat(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, "flat", [stepping("fa"), stepping("fb")], nesting_type=FLAT).get_results()


@requirement("8-13")
@durable_execution
def too_large_a_share_of_failures(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [failing, failing, returning("never"), returning("never")]
    batch = one_by_one(context, "tolerated-pct", branches, completion_config=tolerating(percentage=25))
    return report(batch, *COUNTS)


@requirement("8-14")
@durable_execution
def suspended_branch(event: None, context: DurableContext) -> list[str]:
    def waiting(branch: DurableContext) -> str:
        branch.wait(Duration.from_seconds(2))
        return "b1"

    return one_by_one(context, "replay", [stepping("b0"), waiting]).get_results()


@requirement("8-15")
@durable_execution
def own_item_serdes(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, "serde", [returning("x"), returning("y")], item_serdes=Wrapped()).get_results()


@requirement("8-16")
@durable_execution
def nothing_but_failures(event: None, context: DurableContext) -> dict[str, Any]:
    batch = one_by_one(context, "all-fail", [failing] * 3, completion_config=tolerating(count=3))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("8-17")
@durable_execution
def too_few_successes(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [returning("a"), failing, returning("c")]
    batch = one_by_one(context, "min-not-reached", branches, completion_config=CompletionConfig(min_successful=3))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("8-18")
@durable_execution
def failures_before_successes(event: None, context: DurableContext) -> dict[str, Any]:
    completion = CompletionConfig(min_successful=3, tolerated_failure_count=1)
    branches = [failing, failing, returning("never"), returning("never")]
    return report(one_by_one(context, "combined", branches, completion_config=completion), *COUNTS)


@requirement("8-19")
@durable_execution
def no_concurrency(event: None, context: DurableContext) -> list[str]:
    config = ParallelConfig(max_concurrency=0)
    return context.parallel([returning("a"), returning("b")], name="bad-concurrency", config=config).get_results()


@requirement("8-20")
@durable_execution
def accessors(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [returning("a"), failing, returning("c")]
    batch = one_by_one(context, "accessors", branches, completion_config=tolerating(count=1))
    return {
        "hasFailure": batch.has_failure,
        "successCount": len(batch.succeeded()),
        "failureCount": len(batch.failed()),
        "errorCount": len(batch.get_errors()),
    }


@requirement("8-21")
@durable_execution
def nested(event: None, context: DurableContext) -> list[list[str]]:
    def inner(branch: DurableContext) -> list[str]:
        return one_by_one(branch, "inner", [stepping("i1"), stepping("i2")]).get_results()

    return one_by_one(context, "outer", [inner]).get_results()


@requirement("8-22")
@durable_execution
def just_tolerated_share(event: None, context: DurableContext) -> dict[str, Any]:
    branches = [failing, returning("b"), returning("c"), returning("d")]
    batch = one_by_one(context, "pct-boundary", branches, completion_config=tolerating(percentage=25))
    return report(batch, *COUNTS_AND_STATUS)
