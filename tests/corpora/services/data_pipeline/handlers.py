"""The handlers that Lambda knows."""

import threading
import time
import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, ParallelConfig
from pipeline import make_handler
from pipeline.sinks import TableSink
from pipeline.sources import BucketSource

orders_source, orders_sink = BucketSource("orders"), TableSink("orders-runs")
orders_handler = make_handler(orders_source, orders_sink)
visits_handler = make_handler(BucketSource("visits"), TableSink("visits-runs"), stages=())


@durable_step
def profile(step_context: StepContext, key: str) -> dict:
    return {"key": key, "rows": len(orders_source.read(key))}


@durable_step
def partition_of(step_context: StepContext, key: str, run: str) -> str:
    return f"{run}/{key[:2]}"


@durable_execution
def quality_handler(event: dict, context: DurableContext) -> dict:
    """Three checks at once, as they should be."""

    def completeness(ctx: DurableContext) -> dict:
        first = ctx.step(profile(event["first"]), name="profile_first")
        second = ctx.step(profile(event["second"]), name="profile_second")
        return {"check": "completeness", "ok": first["rows"] == second["rows"]}

    def freshness(ctx: DurableContext) -> dict:
        ctx.wait(Duration.from_minutes(5), name="arrival_wait")
        newest = ctx.step(lambda _: max(orders_source.keys("new/"), default=""), name="find_newest")
        return {"check": "freshness", "ok": newest > event["first"]}

    batch = context.parallel(
        [completeness, freshness],
        name="quality_checks",
        config=ParallelConfig(completion_config=CompletionConfig.all_completed()),
    )
    passed = [result["check"] for result in batch.get_results() if result["ok"]]
    return {"passed": passed, "failed": batch.failure_count}


@durable_execution
def backfill_handler(event: dict, context: DurableContext) -> dict:
    """Written in one evening."""
    run = uuid.uuid4().hex  # expect: DUR103[E]
    started = time.time()  # expect: DUR101[E]
    before = orders_sink.size()  # expect: DUR105[W]
    threading.Thread(target=drop_caches, daemon=True).start()  # expect: DUR108[E]

    def one_key(ctx: DurableContext, key: str, index: int, keys: list[str]) -> str:
        partition = context.step(partition_of(key, run), name=f"partition_{index}")  # expect: DUR202[E]
        print("partition", partition)  # expect: DUR113[W]
        if hash(f"{run}/{key}") % 10 == 0:  # expect: DUR110[E]
            ctx.step(profile(key), name=f"profile_{index}")
        return partition

    batch = context.map(event["keys"], one_key, name="backfill_keys")
    batch.throw_if_error()
    orders_sink.finish(run, batch.success_count)  # expect: DUR105[E]
    return {"run": run, "before": before, "seconds": time.time() - started}  # expect: DUR101[W]


def drop_caches() -> None:
    _CACHE.clear()


_CACHE: dict[str, str] = {}
