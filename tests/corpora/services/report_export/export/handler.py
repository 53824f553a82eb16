"""The durable functions."""

from __future__ import annotations

from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration, MapConfig

from .delivery import Delivery
from .exporters import EXPORTERS, CsvExporter, exporter_for
from .queries import count_rows, read_page, split_range

HERE = Path(__file__).parent
delivery = Delivery(topic="reports")
csv_exporter = CsvExporter(bucket="report-files")


@durable_with_child_context
def export_page(ctx: DurableContext, query: str, page: tuple[int, int]) -> str:
    rows = ctx.step(read_page(query, page[0], page[1]))
    return ctx.step(lambda _: csv_exporter.export(f"{query}-{page[0]}", rows), name="write_page")


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    """As it should be."""
    query = event["query"]
    total = context.step(count_rows(query))
    pages = split_range(total, size=500)

    batch = context.map(
        pages,
        lambda ctx, page, index, pages: ctx.run_in_child_context(export_page(query, page), name=f"export_page_{index}"),
        name="export_pages",
        config=MapConfig(max_concurrency=8),
    )
    batch.throw_if_error()
    files = batch.get_results()
    context.step(lambda _: delivery.announce(query, files), name="announce_report")
    return {"query": query, "files": files, "pages": batch.total_count}


@durable_execution
def careless_handler(event: dict, context: DurableContext) -> dict:
    """Takes the batch for a list, and the container for a workplace."""
    query, request = event["query"], context.lambda_context.aws_request_id  # expect: DUR111[E]
    total = context.step(count_rows(f"{query} -- {request}"))
    exporter = exporter_for(event.get("format", "csv"))

    batch = context.map(
        split_range(total, size=500),
        lambda ctx, page: ctx.step(read_page(query, page[0], page[1])),  # expect: DUR207[E]
        name="read_pages",
    )
    rows = []
    for page in batch:  # expect: DUR307[E]
        rows.extend(page)
    context.logger.info("read", extra={"pages": len(batch)})  # expect: DUR307[E]

    path = exporter.export(query, rows)  # expect: DUR106[E]
    delivery.announce(query, [path])  # expect: DUR105[E]
    return {"query": query, "files": [path]}


@durable_execution
def resumable_handler(event: dict, context: DurableContext) -> dict:
    """Stops early when time is short: but replay has another clock on the wall."""
    done = []
    pages = split_range(event["total"], size=100)
    for number, page in enumerate(pages):
        if context.lambda_context.get_remaining_time_in_millis() < 30_000:  # expect: DUR111[E]
            context.wait(Duration.from_seconds(1), name=f"fresh_start_{number}_wait")
        done.append(context.run_in_child_context(export_page(event["query"], page), name=f"export_{number}"))
    context.step(lambda _: delivery.announce(event["query"], done), name="announce_report")
    return {"files": done}


@durable_execution
def compare_handler(event: dict, context: DurableContext) -> dict:
    """Exports one query in every format."""
    names = sorted(EXPORTERS)
    header = (HERE / "header.txt").read_text()  # expect: DUR106[W]
    context.step(lambda _: delivery.announce(header, names), name="announce_formats")
    batch = context.parallel(
        [
            lambda ctx, name=name: ctx.step(lambda _: exporter_for(name).export(event["query"], []), name=f"export_{name}")
            for name in names
        ],
        name="export_formats",
    )
    return {"formats": names, "batch": batch}  # expect: DUR307[E]
