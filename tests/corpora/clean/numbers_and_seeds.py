"""Numbers drawn in steps or from seeded generators."""

import math, random, statistics, itertools, operator, functools, bisect, heapq
import numpy as np
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_step


@durable_step
def noise(step):
    return [random.gauss(0, 1) for _ in range(4)]


@durable_step
def matrix(step) -> list[list[float]]:
    m = np.random.rand(2, 2)
    return m.tolist()


@durable_step
def mean(step, xs) -> float:
    return float(np.mean(xs))


def backoff(n, base=2, cap=60):
    return min(cap, base**n)


@durable_execution
def handler(event, context: DurableContext):
    xs = context.step(noise())
    rng = np.random.default_rng(7)
    r2 = random.Random(event["seed"])
    r3 = random.Random()
    r3.seed(3)
    picks = [r2.random(), float(rng.normal()), r3.random()]
    np_sum = float(np.array(xs).sum())
    med = statistics.median(xs)
    top = heapq.nlargest(2, xs)
    if med > 0:
        context.step(mean(xs))
    for n, d in enumerate(map(backoff, range(3))):
        context.step(lambda s, d=d: d, name=f"delay-{n}")
    return {
        "m": context.step(matrix()),
        "p": picks,
        "s": np_sum,
        "t": top,
        "inf": math.isinf(1.0),
        "acc": list(itertools.accumulate(xs, operator.add)),
    }
