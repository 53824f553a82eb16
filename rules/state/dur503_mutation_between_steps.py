"""DUR503: an object that a step was given is changed outside of steps and used again."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.mutations import changed_between
from durable_lint.rule import Example, Rule


class MutationBetweenSteps(Rule):
    """An object that one step works on and replayed code changes has no state that anything has recorded.

    The step returns one result, the object in memory is changed behind it, and what follows uses the object: the two
    part ways. What the step found out about the object is not in it, what is in it now was never recorded, and nobody
    reading the history can tell which state a step has seen. As soon as the step changes the object too, or the change
    depends on anything that is not recorded, a replay goes on with another state than the first run.

    Let the step return the new state and go on with that, or make a new object from it. Reported are objects that are
    updated in place (``data["count"] += 1``) and then used, and objects that are changed and then used by another
    operation. Putting results of operations into an object is fine, and so is adding to it what only the handler
    returns.
    """

    code = "DUR503"
    name = "mutation-between-steps"
    severity = Severity.WARNING
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_visit(step_context: StepContext, page: dict) -> dict:
    return {"visits": page["visits"] + 1}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    page = {"visits": 0}
    context.step(count_visit(page))
    page["visits"] += 1  # <- DUR503[W]
    return page
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_visit(step_context: StepContext, page: dict) -> dict:
    return {"visits": page["visits"] + 1}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    page = {"visits": 0}
    page = context.step(count_visit(page))
    page = context.step(count_visit(page), name="count_visit_again")
    return page
""",
        ),
        Example(
            title="changed in a helper, and handed to the next step",
            files={
                "orders.py": """
def approve(order: dict) -> None:
    order["state"] = "approved"
""",
            },
            bad="""
import orders
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check(step_context: StepContext, order: dict) -> bool:
    return order["state"] == "new"


@durable_step
def ship(step_context: StepContext, order: dict) -> str:
    return f"{order['id']} {order['state']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = {"id": event["id"], "state": "new"}
    checked = context.step(check(order))
    orders.approve(order)  # <- DUR503[W]
    shipped = context.step(ship(order))
    return {"checked": checked, "shipped": shipped}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check(step_context: StepContext, order: dict) -> bool:
    return order["state"] == "new"


@durable_step
def ship(step_context: StepContext, order: dict) -> str:
    return f"{order['id']} {order['state']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = {"id": event["id"], "state": "new"}
    order["checked"] = context.step(check(order))
    shipped = context.step(ship({**order, "state": "approved"}))
    order["shipped"] = shipped
    return order
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Changes between operations in replayed durable bodies."""
        for between in changed_between(body) if body.reports else ():
            used = () if between.used is None else (between.used.hop("uses it again"),)
            given = between.operation.place.hop("is given it")
            yield self.finding(
                between.site,
                f"{between.what} changes what {between.operation.label} was given: the new state is in no record, and "
                "what follows uses it",
                help="Let the step return the new state and go on with that, or make a new object",
                chain=(given, *used),
            )
