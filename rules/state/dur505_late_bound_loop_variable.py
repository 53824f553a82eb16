"""DUR505: a branch made in a loop that reads the loop's variable when the loop is over."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.late_binding import LateBound, late_bound
from durable_lint.rewrite.capturing import captured
from durable_lint.rule import Example, Rule


class LateBoundLoopVariable(Rule):
    """Branches that are made in a loop and run after it all see the loop's last value.

    A function looks up the variables around it when it runs, not when it is made. Kept in a list for ``parallel``, or
    for a step after the loop, every one of them reads what the last round has left behind: the same order is charged
    three times, under three names, and the others never.

    Bind the value when the function is made, as a default behind the parameters that the SDK passes:
    ``lambda ctx, order=order: …``. In front of them the context would take its place. A function that its operation
    runs in the very round that makes it, such as ``context.step(lambda _: …)`` in the loop, is not reported.
    """

    code = "DUR505"
    name = "late-bound-loop-variable"
    fixes = (Safety.SAFE,)
    fix_help = (
        "The loop's variables become defaults behind the parameters that the SDK passes. No fix for decorated "
        "functions, for functions with other parameters than those, and where a variable is bound again after the "
        "function has been made."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order: str, cents: int) -> str:
    return f"{order}: {cents}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    charges = [lambda ctx: ctx.step(charge(order, 100)) for order in event["orders"]]  # <- DUR505[E]
    batch = context.parallel(charges, name="charge_orders")
    batch.throw_if_error()
    return {"charged": batch.get_results()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order: str, cents: int) -> str:
    return f"{order}: {cents}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    charges = [lambda ctx, order=order: ctx.step(charge(order, 100)) for order in event["orders"]]
    batch = context.parallel(charges, name="charge_orders")
    batch.throw_if_error()
    return {"charged": batch.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order: str, cents: int) -> str:
    return f"{order}: {cents}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    charges = [lambda ctx, order=order: ctx.step(charge(order, 100)) for order in event["orders"]]
    batch = context.parallel(charges, name="charge_orders")
    batch.throw_if_error()
    return {"charged": batch.get_results()}
""",
        ),
        Example(
            title="functions kept in a list, a step of another module, and a step that runs at once",
            files={
                "carriers.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def ask(step_context: StepContext, carrier: str, parcel: str) -> int:
    return len(carrier) + len(parcel)
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from carriers import ask


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = event["parcel"]
    branches = []
    for number, carrier in enumerate(event["carriers"]):
        context.step(lambda _: print(carrier), name=f"print_{carrier}")
        label = f"ask_{number}"

        def quote(ctx: DurableContext) -> int:
            return ctx.step(ask(carrier, parcel), name=label)  # <- DUR505[E]

        branches.append(quote)
    batch = context.parallel(branches, name="ask_carriers")
    batch.throw_if_error()
    return {"quotes": batch.get_results()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from carriers import ask


def asking(carrier: str, parcel: str, label: str):
    return lambda ctx: ctx.step(ask(carrier, parcel), name=label)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = event["parcel"]
    branches = [asking(carrier, parcel, f"ask_{number}") for number, carrier in enumerate(event["carriers"])]
    batch = context.parallel(branches, name="ask_carriers")
    batch.throw_if_error()
    return {"quotes": batch.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from carriers import ask


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = event["parcel"]
    branches = []
    for number, carrier in enumerate(event["carriers"]):
        context.step(lambda _: print(carrier), name=f"print_{carrier}")
        label = f"ask_{number}"

        def quote(ctx: DurableContext, carrier=carrier, label=label) -> int:
            return ctx.step(ask(carrier, parcel), name=label)

        branches.append(quote)
    batch = context.parallel(branches, name="ask_carriers")
    batch.throw_if_error()
    return {"quotes": batch.get_results()}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Functions made in loops of this body that its operations run later."""
        for late in late_bound(body):
            names = " and ".join(late.names)
            yield self.finding(
                late.site,
                f"{names} is looked up when {late.operation.label} runs this function, after the loop: all of them see "
                "the last value",
                help=f"Bind it as a default behind what the SDK passes: {late.names[0]}={late.names[0]}",
                chain=(late.operation.place.hop("runs it"),),
                fix=self._fix(body, late),
            )

    def _fix(self, body: Body, late: LateBound) -> Fix | None:
        """Defaults that hold the values of the round."""
        edits = captured(body, late)
        return None if edits is None else Fix(f"Bind {' and '.join(late.names)} as a default", Safety.SAFE, edits)
