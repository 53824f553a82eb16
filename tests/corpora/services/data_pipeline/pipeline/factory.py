"""Makes a durable handler for a source and a sink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import MapConfig

from . import stages as default_stages

if TYPE_CHECKING:
    from .sinks import TableSink
    from .sources import BucketSource

Stage = Callable[[list[dict]], list[dict]]


def process_key(
    source: BucketSource,
    stages: Sequence[Stage],
    ctx: DurableContext,
    key: str,
    index: int,
    keys: list[str],
) -> int:
    """One object of the source, as a map function with two arguments bound in front."""
    rows = ctx.step(lambda _: source.read(key), name=f"read_{index}")
    for stage in stages:
        rows = stage(rows)
    ctx.step(lambda _: source.archive(key), name=f"archive_{index}")
    return len(rows)


def make_handler(source: BucketSource, sink: TableSink, stages: Sequence[Stage] = default_stages.DEFAULT):
    """A durable function that moves what ``source`` has through ``stages`` to ``sink``."""

    @durable_execution
    def handler(event: dict, context: DurableContext) -> dict:
        prefix = event["prefix"]
        keys = context.step(lambda _: source.keys(prefix), name="list_keys")
        sink.begin(prefix)  # expect: DUR105[E]
        batch = context.map(
            keys,
            partial(process_key, source, stages),
            name="process_keys",
            config=MapConfig(max_concurrency=10),
        )
        batch.throw_if_error()
        rows = sum(batch.get_results())
        context.step(lambda _: sink.finish(prefix, rows), name="finish_run")
        return {"prefix": prefix, "rows": rows}

    return handler
