"""DUR506: branches and map functions that write to one object."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.mutations import lost_in
from durable_lint.rule import Example, Rule


class SharedBranchState(Rule):
    """Branches that write to one object leave another one behind on every replay.

    Branches and map functions run at the same time, in threads: what they append comes in another order on every run,
    and an update that reads before it writes loses updates. And a branch that has finished does not run again on
    replay, its recorded result is taken; whatever it wrote into a list, dict or object of the handler is gone.

    Return what a branch has found out and collect the results of ``parallel`` or ``map`` instead: they come in the
    order of the branches. It is an error where the object is read afterwards, a warning where nothing in sight does.
    """

    code = "DUR506"
    name = "shared-branch-state"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ask(step_context: StepContext, carrier: str) -> int:
    return len(carrier)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    quotes = {}
    seen = []

    def falcon(ctx: DurableContext) -> None:
        quotes["falcon"] = ctx.step(ask("falcon"), name="ask_falcon")  # <- DUR506[E]

    def heron(ctx: DurableContext) -> None:
        quotes["heron"] = ctx.step(ask("heron"), name="ask_heron")  # <- DUR506[E]
        seen.append("heron")  # <- DUR506[W]

    batch = context.parallel([falcon, heron], name="ask_carriers")
    batch.throw_if_error()
    return {"best": min(quotes.values())}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ask(step_context: StepContext, carrier: str) -> int:
    return len(carrier)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def falcon(ctx: DurableContext) -> int:
        return ctx.step(ask("falcon"), name="ask_falcon")

    def heron(ctx: DurableContext) -> int:
        return ctx.step(ask("heron"), name="ask_heron")

    batch = context.parallel([falcon, heron], name="ask_carriers")
    batch.throw_if_error()
    return {"best": min(batch.get_results())}
""",
        ),
        Example(
            title="a map function that adds up through a helper",
            files={
                "totals.py": """
class Totals:
    def __init__(self) -> None:
        self.cents = 0

    def add(self, cents: int) -> None:
        self.cents += cents
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from totals import Totals


@durable_step
def charge(step_context: StepContext, order: dict) -> int:
    return order["cents"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    totals = Totals()

    def settle(ctx: DurableContext, order: dict, index: int, orders: list) -> None:
        totals.add(ctx.step(charge(order), name=f"charge_{index}"))  # <- DUR506[E]

    batch = context.map(event["orders"], settle, name="settle_orders")
    batch.throw_if_error()
    return {"cents": totals.cents}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order: dict) -> int:
    return order["cents"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def settle(ctx: DurableContext, order: dict, index: int, orders: list) -> int:
        return ctx.step(charge(order), name=f"charge_{index}")

    batch = context.map(event["orders"], settle, name="settle_orders")
    batch.throw_if_error()
    return {"cents": sum(batch.get_results())}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Changes that branches and map functions of this body make to what is not theirs alone."""
        for lost in lost_in(body):
            if not lost.in_branch or (lost.is_argument and lost.read is None):
                continue
            name, runner = lost.mutation.name, lost.body.kind.value
            after = "which nothing reads yet" if lost.read is None else "which is read afterwards"
            yield self.finding(
                lost.mutation.site,
                f"this {runner} changes {name}, {after}: others do so at the same time, and a replay that finds the "
                f"{runner} finished does not make the change",
                help="Return the value and collect the results of the operation",
                severity=Severity.WARNING if lost.read is None else Severity.ERROR,
                chain=lost.hops(),
            )
