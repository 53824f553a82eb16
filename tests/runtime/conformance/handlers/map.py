"""Requirements 9-*: one function over many items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aws_durable_execution_sdk_python import BatchResult, DurableContext, durable_execution
from aws_durable_execution_sdk_python.concurrency.models import BatchItem, BatchItemStatus, CompletionReason
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig
from aws_durable_execution_sdk_python.serdes import EXTENDED_TYPES_SERDES, SerDes, SerDesContext

from tests.runtime.conformance.handlers.batch import (
    COUNTS,
    COUNTS_AND_STATUS,
    FLAT,
    failing,
    report,
    tolerating,
)
from tests.runtime.conformance.handlers.step import greeting, same
from tests.runtime.conformance.registry import requirement

FAIL = "fail"
LARGE = 70_000


class Wrapped(SerDes[str]):
    """Text behind a mark."""

    def serialize(self, value: str, _: SerDesContext) -> str:
        return f"wrapped:{value}"

    def deserialize(self, data: str, _: SerDesContext) -> str:
        return data.removeprefix("wrapped:")


class Joined(SerDes[BatchResult[str]]):
    """A whole result of a map as its texts, joined by commas."""

    def serialize(self, value: BatchResult[str], _: SerDesContext) -> str:
        return "OPSERDE:" + ",".join(value.get_results())

    def deserialize(self, data: str, _: SerDesContext) -> BatchResult[str]:
        results = data.removeprefix("OPSERDE:").split(",")
        items = [BatchItem(index, BatchItemStatus.SUCCEEDED, result) for index, result in enumerate(results)]
        return BatchResult(items, CompletionReason.ALL_COMPLETED)


def one_by_one(
    context: DurableContext,
    name: str | None,
    items: Sequence[Any],
    function: Callable[[DurableContext, Any, int, Sequence[Any]], Any],
    **config: Any,
) -> BatchResult[Any]:
    """The items in order, one at a time."""
    return context.map(items, function, name=name, config=MapConfig(max_concurrency=1, **config))


def itself(iteration: DurableContext, item: Any, index: int, items: Sequence[Any]) -> Any:
    if item == FAIL:
        return failing(iteration)
    return item


def capitals(iteration: DurableContext, item: str, index: int, items: Sequence[Any]) -> str:
    return item.upper()


def stepped(iteration: DurableContext, item: Any, index: int, items: Sequence[Any]) -> Any:
    return iteration.step(same(item))


def joined(context: DurableContext, name: str) -> BatchResult[str]:
    """A map whose own result is written as text; left to themselves its items would be written like that as well."""
    return one_by_one(context, name, ["x", "y"], capitals, serdes=Joined(), item_serdes=EXTENDED_TYPES_SERDES)


@requirement("9-1")
@durable_execution
def greetings(event: list[str], context: DurableContext) -> list[str]:
    return one_by_one(
        context, "map", event, lambda iteration, item, index, items: iteration.step(greeting(item))
    ).get_results()


@requirement("9-2")
@durable_execution
def unnamed(event: list[int], context: DurableContext) -> list[int]:
    return one_by_one(context, None, event, lambda iteration, item, index, items: 2 * item).get_results()


@requirement("9-3")
@durable_execution
def indexed(event: list[int], context: DurableContext) -> list[int]:
    return one_by_one(context, "indexed", event, lambda iteration, item, index, items: item + index).get_results()


@requirement("9-4")
@durable_execution
def no_items(event: list[Any], context: DurableContext) -> list[Any]:
    return one_by_one(context, "empty", event, itself).get_results()


@requirement("9-5")
@durable_execution
def fail_fast(event: None, context: DurableContext) -> dict[str, Any]:
    items = ["ok", FAIL, "never"]
    batch = one_by_one(context, "failfast", items, itself, completion_config=tolerating(count=0))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("9-6")
@durable_execution
def rethrown(event: None, context: DurableContext) -> None:
    batch = one_by_one(context, "throwing", [FAIL, "never"], itself, completion_config=tolerating(count=0))
    batch.throw_if_error()


@requirement("9-7")
@durable_execution
def enough_successes(event: None, context: DurableContext) -> dict[str, Any]:
    completion = CompletionConfig(min_successful=2)
    batch = one_by_one(context, "min-successful", ["a", "b", "c", "d"], itself, completion_config=completion)
    return report(batch, "completionReason", "successCount", "totalCount")


@requirement("9-8")
@durable_execution
def tolerated_failure(event: None, context: DurableContext) -> dict[str, Any]:
    batch = one_by_one(context, "tolerated", ["a", FAIL, "c"], itself, completion_config=tolerating(count=1))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("9-9")
@durable_execution
def too_many_failures(event: None, context: DurableContext) -> dict[str, Any]:
    items = [FAIL, FAIL, "never"]
    batch = one_by_one(context, "tolerated-exceeded", items, itself, completion_config=tolerating(count=1))
    return report(batch, *COUNTS)


@requirement("9-10")
@durable_execution
def too_large_a_share_of_failures(event: None, context: DurableContext) -> dict[str, Any]:
    items = [FAIL, FAIL, "never", "never"]
    batch = one_by_one(context, "tolerated-pct", items, itself, completion_config=tolerating(percentage=25))
    return report(batch, *COUNTS)


@requirement("9-11")
@durable_execution
def concurrent(event: None, context: DurableContext) -> list[str]:
    return context.map(["r0", "r1", "r2"], itself, name="concurrent", config=MapConfig(max_concurrency=2)).get_results()


@requirement("9-12")
@durable_execution
def flat(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, "flat", ["fa", "fb"], stepped, nesting_type=FLAT).get_results()


@requirement("9-13")
@durable_execution
def named_items(event: list[int], context: DurableContext) -> list[int]:
    return one_by_one(
        context,
        "named-items",
        event,
        lambda iteration, item, index, items: 10 * item,
        item_namer=lambda item, index: f"item-{item}",
    ).get_results()


@requirement("9-14")
@durable_execution
def own_item_serdes(event: None, context: DurableContext) -> list[str]:
    return one_by_one(context, "serdes", ["x", "y"], capitals, item_serdes=Wrapped()).get_results()


@requirement("9-15")
@durable_execution
def suspended_iteration(event: None, context: DurableContext) -> list[str]:
    def second_waits(iteration: DurableContext, item: str, index: int, items: Sequence[str]) -> str:
        if index == 1:
            iteration.wait(Duration.from_seconds(1))
        return iteration.step(same(item))

    return one_by_one(context, "suspend", ["r0", "r1"], second_waits).get_results()


@requirement("9-16")
@durable_execution
def large_results(event: None, context: DurableContext) -> dict[str, Any]:
    letters = ["a", "b", "c", "d"]
    batch = one_by_one(context, "large", letters, lambda iteration, item, index, items: item * LARGE)
    return report(batch, "successCount", "totalCount")


@requirement("9-17")
@durable_execution
def wait_after_success(event: None, context: DurableContext) -> list[str]:
    batch = one_by_one(context, "then-wait", ["a", "b"], capitals)
    context.wait(Duration.from_seconds(1))
    return batch.get_results()


@requirement("9-18")
@durable_execution
def wait_after_failure(event: None, context: DurableContext) -> dict[str, Any]:
    batch = one_by_one(context, "fail-then-wait", ["ok", FAIL], itself, completion_config=tolerating(count=1))
    context.wait(Duration.from_seconds(1))
    return report(batch, *COUNTS_AND_STATUS)


@requirement("9-19")
@durable_execution
def own_serdes(event: None, context: DurableContext) -> list[str]:
    return joined(context, "op-serde").get_results()


@requirement("9-20")
@durable_execution
def replayed_serdes(event: None, context: DurableContext) -> list[str]:
    batch = joined(context, "op-serde-replay")
    context.wait(Duration.from_seconds(1))
    return batch.get_results()
