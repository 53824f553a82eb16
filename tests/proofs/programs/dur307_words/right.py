"""Counts the words of pages and prints how many there are."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig
from ledger import did


@durable_step
def count_words(step_context: StepContext, index: int, page: str) -> int:
    did(f"count page {index}")
    return len(page.split())


def count_one(ctx: DurableContext, page: str, index: int, pages: list[str]) -> int:
    return ctx.step(count_words(index, page), name=f"count_{index}")


@durable_step
def print_total(step_context: StepContext, total: int) -> None:
    did(f"print {total}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    config = MapConfig(max_concurrency=1)
    counted = context.map(event["pages"], count_one, name="count_pages", config=config)
    counted.throw_if_error()
    total = sum(counted.get_results())
    context.step(print_total(total))
    return {"total": total}
