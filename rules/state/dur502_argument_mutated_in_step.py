"""DUR502: a step that changes the object it was given."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.mutations import lost_in
from durable_lint.rule import Example, Rule


class ArgumentMutatedInStep(Rule):
    """A step that changes its argument changes the caller's object, but only in the process that runs the step.

    Arguments of a step are not recorded; the step works on the very dict or list that the handler holds. On replay the
    step does not run, its recorded result is taken, and the caller's object stays as it was before: totals that were
    added up are missing, a status is the old one, an item is processed twice.

    Return what the step has changed, as a new object, and go on with that. It is an error where the caller reads the
    object afterwards, a warning where it does not. Work on a copy inside the step if that is easier to write.
    """

    code = "DUR502"
    name = "argument-mutated-in-step"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def reserve(step_context: StepContext, order: dict) -> str:
    order["status"] = "reserved"  # <- DUR502[E]
    order["log"].append("reserved")  # <- DUR502[E]
    return "shelf 4"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = {"id": event["id"], "status": "new", "log": []}
    shelf = context.step(reserve(order))
    context.wait(Duration.from_hours(2), name="picking_wait")
    return {"shelf": shelf, "order": order}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def reserve(step_context: StepContext, order: dict) -> dict:
    return {**order, "status": "reserved", "log": [*order["log"], "reserved"], "shelf": "shelf 4"}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = {"id": event["id"], "status": "new", "log": []}
    order = context.step(reserve(order))
    context.wait(Duration.from_hours(2), name="picking_wait")
    return {"shelf": order["shelf"], "order": order}
""",
        ),
        Example(
            title="through a helper in another module, and an object that the caller lets go of",
            files={
                "prices.py": """
def add_tax(basket: dict) -> None:
    for line in basket["lines"]:
        line["cents"] = line["cents"] * 119 // 100
""",
            },
            bad="""
import prices
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price(step_context: StepContext, basket: dict) -> None:
    prices.add_tax(basket)  # <- DUR502[E]


@durable_step
def wrap(step_context: StepContext, basket: dict) -> dict:
    basket["wrapped"] = True  # <- DUR502[W]
    return basket


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    basket = {"lines": event["lines"]}
    context.step(price(basket))
    lines = basket["lines"]
    basket = context.step(wrap(basket))
    return {"lines": lines, "basket": basket}
""",
            good="""
import prices
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price(step_context: StepContext, lines: list) -> dict:
    basket = {"lines": [dict(line) for line in lines]}
    prices.add_tax(basket)
    return basket


@durable_step
def wrap(step_context: StepContext, basket: dict) -> dict:
    return {**basket, "wrapped": True}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    basket = context.step(price(event["lines"]))
    basket = context.step(wrap(basket))
    return {"lines": basket["lines"], "basket": basket}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Changes that the steps of this body make to what it hands them."""
        for lost in lost_in(body):
            if not lost.in_step or not lost.is_argument:
                continue
            name = lost.mutation.name
            after = "the caller does not read it again" if lost.read is None else "the caller goes on to use it"
            yield self.finding(
                lost.mutation.site,
                f"this step changes {name}, an argument, and {after}: a replay takes the recorded result and does not "
                "make the change",
                help="Return a new object from the step, and go on with that",
                severity=Severity.WARNING if lost.read is None else Severity.ERROR,
                chain=lost.hops(),
            )
