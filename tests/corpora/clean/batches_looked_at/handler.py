"""Batches looked at in many ways."""

from aws_durable_execution_sdk_python import (
    BatchItemStatus,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import (
    CompletionConfig,
    MapConfig,
    ParallelConfig,
)
from outcome import Report, split, summary


@durable_step
def one(step_context: StepContext, n: int) -> int:
    return n * 2


def item(ctx: DurableContext, n: int, index: int, items) -> int:
    return ctx.step(one(n))


FIVE = MapConfig(max_concurrency=5)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    a = context.map(event["a"], item, name="measure_a_lines", config=FIVE)
    good, bad = split(a)
    b = context.map(event["b"], item, name="measure_b_lines", config=FIVE)
    for entry in b.all:
        if entry.status is BatchItemStatus.FAILED:
            context.logger.warning("failed %s", entry.index)
    c = context.map(event["c"], item, name="measure_c_lines", config=FIVE)
    if c.status == BatchItemStatus.FAILED:
        return {"failed": len(c.failed())}
    d = context.map(event["d"], item, name="measure_d_lines", config=FIVE)
    assert d.failure_count == 0
    e = context.map(event["e"], item, name="measure_e_lines", config=FIVE)
    report = Report(e)
    f = context.map(event["f"], item, name="measure_f_lines", config=FIVE)
    f.throw_if_error()
    g = context.parallel(
        [lambda ctx: ctx.step(one(1)), lambda ctx: ctx.step(one(2), name="two")],
        name="both",
        config=ParallelConfig(completion_config=CompletionConfig.first_successful()),
    )
    winner = g.get_results()[0]
    h = context.map(event["h"], item, name="measure_h_lines", config=FIVE)
    if h.success_count < h.total_count:
        raise ValueError("some failed")
    return {
        "good": good,
        "bad": len(bad),
        "b": b.get_results(),
        "c": c.get_results(),
        "d": d.get_results(),
        "e": report.lines(),
        "f": sum(f.get_results()),
        "winner": winner,
        "s": summary(h),
        "h": h.get_results(),
    }
