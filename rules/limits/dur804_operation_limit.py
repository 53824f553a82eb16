"""DUR804: more operations than one execution may record."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.counts import MAX_OPERATIONS, endless, total
from durable_lint.rule import Example, Rule


class OperationLimit(Rule):
    """One execution records more than 3,000 operations, which is all that the service keeps.

    Every step, wait, callback, child context and branch is an operation, and so is each item of a map. At the limit the
    execution fails, after hours of work perhaps, and it cannot be continued: replay ends at the same place.

    An error where it is certain: literal bounds, ranges and lists are multiplied through nested loops, helpers, child
    contexts and maps. What a `break` or a condition in the loop may cut short is not counted, nor is input of unknown
    size. Advice on a loop that nothing limits, such as `while True` round a step: give it a bound.

    Let one step take a batch of items, or give parts of the work to executions of their own with `invoke`.
    """

    code = "DUR804"
    name = "operation-limit"
    severity = Severity.ERROR
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

REGIONS = ("north", "east", "south", "west")
DAYS = range(365)


@durable_step
def sum_up(step_context: StepContext, region: str, day: int, part: int) -> int:
    return len(region) * day * part


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    sums = {}
    for region in REGIONS:
        for day in DAYS:
            for part in range(3):
                name = f"sum_{region}_{day}_{part}"
                sums[name] = context.step(sum_up(region, day, part), name=name)  # <- DUR804[E]
    return {"sums": len(sums)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

REGIONS = ("north", "east", "south", "west")
DAYS = range(365)


@durable_step
def sum_up(step_context: StepContext, region: str, day: int) -> int:
    return sum(len(region) * day * part for part in range(3))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    sums = {}
    for region in REGIONS:
        for day in DAYS:
            name = f"sum_{region}_{day}"
            sums[name] = context.step(sum_up(region, day), name=name)
    return {"sums": len(sums)}
""",
        ),
        Example(
            title="a map, of which each item runs a helper with operations of its own",
            files={
                "tiles.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step

COUNT = 1_200


@durable_step
def render(step_context: StepContext, tile: int) -> str:
    return f"tiles/{tile}.png"


@durable_step
def shrink(step_context: StepContext, key: str) -> str:
    return f"small/{key}"


def draw(context: DurableContext, tile: int) -> str:
    key = context.step(render(tile), name=f"render_{tile}")
    return context.step(shrink(key), name=f"shrink_{tile}")


def draw_in_one(step_context: StepContext, tile: int) -> str:
    return f"small/tiles/{tile}.png"
""",
            },
            bad="""
import tiles
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import MapConfig


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    drawn = context.map(  # <- DUR804[E]
        list(range(tiles.COUNT)),
        lambda ctx, tile, index, items: tiles.draw(ctx, tile),
        name="tiles",
        config=MapConfig(max_concurrency=20),
    )
    drawn.throw_if_error()
    return {"drawn": drawn.success_count}
""",
            good="""
import tiles
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import MapConfig


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    drawn = context.map(
        list(range(tiles.COUNT)),
        lambda ctx, tile, index, items: ctx.step(lambda step: tiles.draw_in_one(step, tile), name=f"draw_{tile}"),
        name="tiles",
        config=MapConfig(max_concurrency=20),
    )
    drawn.throw_if_error()
    return {"drawn": drawn.success_count}
""",
        ),
        Example(
            title="a loop that nothing limits",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def look_for_parcel(step_context: StepContext, parcel: str) -> str:
    return parcel[:1]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    look = 0
    while True:
        place = context.step(look_for_parcel(event["parcel"]), name=f"look_{look}")  # <- DUR804[I]
        if place == "door":
            return {"looks": look}
        look += 1
        context.wait(Duration.from_minutes(10), name=f"transport_wait_{look}")
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def look_for_parcel(step_context: StepContext, parcel: str) -> str:
    return parcel[:1]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    for look in range(1_000):
        place = context.step(look_for_parcel(event["parcel"]), name=f"look_{look}")
        if place == "door":
            return {"looks": look}
        context.wait(Duration.from_minutes(10), name=f"transport_wait_{look}")
    return {"looks": None}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Executions that must fail at the limit, and loops that may run up to it."""
        if not body.reports:
            return
        if body.kind in (BodyKind.HANDLER, BodyKind.PLAIN) or body.is_entry:
            yield from self._certain(body)
        for operation, _ in endless(body):
            yield self.finding(
                operation.place,
                f"nothing limits the loop round {operation.label}: "
                f"after {MAX_OPERATIONS:,} operations the execution fails",
                help="Bound the loop: for attempt in range(...), or go on in an execution of its own",
                severity=Severity.INFO,
                chain=operation.hops(),
            )

    def _certain(self, body: Body) -> Iterator[Finding]:
        recorded = total(body)
        if recorded is None or recorded.count <= MAX_OPERATIONS:
            return
        most = recorded.most
        here = "this operation alone" if recorded.share == recorded.count else f"{recorded.share:,} of them here"
        yield self.finding(
            most.place,
            f"{body.name} records at least {recorded.count:,} operations, {here}: "
            f"the execution fails after {MAX_OPERATIONS:,}",
            help="Let a step take a batch of items, or give parts of the work to executions of their own: "
            "context.invoke(...)",
            chain=most.hops(),
        )
