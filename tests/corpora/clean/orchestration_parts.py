"""Parts that take the context: child contexts, classes that are given it for a call, retries, strategies."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    WithRetryConfig,
    durable_execution,
    durable_step,
    durable_with_child_context,
    with_retry,
)
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig
from aws_durable_execution_sdk_python.config import CompletionStatus as Progress
from aws_durable_execution_sdk_python.retries import RetryDecision


@durable_step
def fetch(step_context: StepContext, key: str) -> str:
    return key


@durable_with_child_context
def outer(ctx: DurableContext, key: str) -> str:
    return ctx.run_in_child_context(inner(key), name="fetch_inner")


@durable_with_child_context
def inner(ctx: DurableContext, key: str) -> str:
    ctx.wait(Duration.from_seconds(5), name="settle_wait")
    return ctx.step(fetch(key))


def fetch_twice(context: DurableContext, key: str) -> list[str]:
    return [context.step(fetch(key), name=f"fetch_{key}_{number}") for number in range(2)]


class Workflow:
    """Given the context for each call, keeps none."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def run(self, context: DurableContext, key: str) -> str:
        first = self._fetch(context, key)
        return context.run_in_child_context(lambda ctx: self._fetch(ctx, first), name="fetch_again")

    def _fetch(self, context: DurableContext, key: str) -> str:
        return context.step(fetch(self.prefix + key), name=f"fetch_{key}")


def patient(error: Exception, attempts: int) -> RetryDecision:
    if attempts >= 3:
        return RetryDecision.no_retry()
    return RetryDecision.retry(Duration.from_seconds(10 * attempts))


def item_name(item: str, index: int) -> str:
    return f"item_{index}_{item}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    nested = context.run_in_child_context(outer(event["key"]), name="fetch_outer")
    twice = fetch_twice(context, event["key"])
    flow = Workflow("x").run(context, event["key"])
    tried = with_retry(
        context,
        lambda ctx, attempt: ctx.step(fetch(event["key"]), name=f"fetch_attempt_{attempt}"),
        WithRetryConfig(retry_strategy=patient),
        name="fetch_patiently",
    )
    batch = context.map(
        event["keys"],
        lambda ctx, key, index, keys: ctx.step(fetch(key)),
        name="fetch_keys",
        config=MapConfig(
            item_namer=item_name,
            completion_config=CompletionConfig(min_successful=1),
            summary_generator=lambda result: f"{result.total_count} keys",
        ),
    )
    return {"nested": nested, "twice": twice, "flow": flow, "tried": tried, "keys": batch.get_results()}


def enough(progress: Progress) -> bool:
    return progress.success_count >= 2


class ContextManagerWithoutOperations:
    """``__exit__`` that only tidies up locally."""

    def __init__(self) -> None:
        self.open_files: list[str] = []

    def __enter__(self) -> "ContextManagerWithoutOperations":
        return self

    def __exit__(self, *details: object) -> None:
        self.open_files.clear()


@durable_execution
def managed(event: dict, context: DurableContext) -> dict:
    with ContextManagerWithoutOperations() as manager:
        manager.open_files.append(event["name"])
        names = list(manager.open_files)
    return {"key": context.step(fetch(names[0]))}
