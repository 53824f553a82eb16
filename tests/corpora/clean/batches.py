"""BatchResult has methods; these are the right ones."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, MapConfig, ParallelConfig


@durable_step
def measure(step_context: StepContext, item: str) -> int:
    return len(item)


@durable_execution
def results(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["items"], lambda ctx, item, index, items: ctx.step(measure(item)), name="measure_all")
    batch.throw_if_error()
    lengths = batch.get_results()
    first, *rest = lengths
    return {
        "first": first,
        "rest": rest,
        "count": len(lengths),
        "last": lengths[-1],
        "sum": sum(length for length in batch.get_results()),
    }


@durable_execution
def counts(event: dict, context: DurableContext) -> dict:
    batch = context.map(
        event["items"],
        lambda ctx, item, index, items: ctx.step(measure(item)),
        name="measure_some",
        config=MapConfig(completion_config=CompletionConfig(tolerated_failure_count=2)),
    )
    if batch.has_failure:
        context.logger.warning("failed", extra={"errors": [error.message for error in batch.get_errors()]})
    return {
        "good": batch.success_count,
        "bad": batch.failure_count,
        "total": batch.total_count,
        "status": batch.status.value,
        "reason": batch.completion_reason.value,
    }


@durable_execution
def items(event: dict, context: DurableContext) -> dict:
    batch = context.parallel(
        [lambda ctx, item=item: ctx.step(measure(item)) for item in event["items"]],
        name="measure_in_parallel",
        config=ParallelConfig(completion_config=CompletionConfig.all_completed()),
    )
    good = {item.index: item.result for item in batch.succeeded()}
    bad = [item.index for item in batch.failed()]
    every = [item.index for item in batch.all]
    return {"good": len(good), "bad": bad, "every": every, "started": len(batch.started())}


@durable_execution
def nested(event: dict, context: DurableContext) -> dict:
    def row(ctx: DurableContext, cells: list[str], index: int, rows: list[list[str]]) -> list[int]:
        inner = ctx.map(cells, lambda inner, cell, at, cells: inner.step(measure(cell)), name=f"measure_row_{index}")
        inner.throw_if_error()
        return inner.get_results()

    outer = context.map(event["rows"], row, name="measure_rows")
    outer.throw_if_error()
    return {"rows": [list(lengths) for lengths in outer.get_results()]}
