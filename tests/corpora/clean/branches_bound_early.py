"""Late binding: closures that run at once, or are bound."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import ParallelBranch, ParallelConfig


def work(n):
    return n + 1


class Branch:
    def __init__(self, n):
        self.n = n

    def __call__(self, ctx: DurableContext) -> int:
        return ctx.step(lambda _: work(self.n), name=f"work_{self.n}")


def make(n):
    return lambda ctx: ctx.step(lambda _: work(n), name=f"made_{n}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    results = []
    for n in event["numbers"]:
        results.append(context.step(lambda _: work(n), name=f"direct_{n}"))
        results.append(
            context.run_in_child_context(lambda ctx: ctx.step(lambda _: work(n), name=f"inner_{n}"), name=f"child_{n}")
        )
        keyed = sorted(event["numbers"], key=lambda other: abs(other - n))
        results.append(keyed[0])
    batch = context.parallel(
        [Branch(n) for n in event["numbers"]], name="objects", config=ParallelConfig(max_concurrency=3)
    )
    batch.throw_if_error()
    other = context.parallel([make(n) for n in event["numbers"]], name="made", config=ParallelConfig(max_concurrency=3))
    other.throw_if_error()
    third = context.parallel(
        [lambda ctx, n=n: ctx.step(lambda _: work(n), name=f"bound_{n}") for n in event["numbers"]],
        name="bound",
        config=ParallelConfig(max_concurrency=3),
    )
    third.throw_if_error()
    named = context.parallel(
        [
            ParallelBranch(lambda ctx, n=n: ctx.step(lambda _: work(n), name=f"n_{n}"), name=f"branch_{n}")
            for n in event["numbers"]
        ],
        name="named",
        config=ParallelConfig(max_concurrency=3),
    )
    named.throw_if_error()
    return {
        "results": results,
        "a": batch.get_results(),
        "b": other.get_results(),
        "c": third.get_results(),
        "d": named.get_results(),
    }
