"""DUR204: a decorated function that is called but never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body, Unrun
from durable_lint.rule import Example, Rule, unparsed

_OPERATIONS = {
    "step": ("step", "step"),
    "child": ("run_in_child_context", "child context"),
    "submitter": ("wait_for_callback", "callback submitter"),
    "branch": ("parallel", "branch"),
}
_FATES = {
    "dropped": "then dropped",
    "returned": "given back in place of the result",
    "sent": "sent in place of the result",
}


class StepNotRun(Rule):
    """Calling a function under ``@durable_step`` or ``@durable_with_child_context`` runs nothing.

    The call only binds the arguments and gives back a function that waits to be handed to the context. Where that
    function is dropped the work silently never happens; used as a value it is always true, equal to nothing, and
    returned from a handler it cannot be stored.

    Hand the call to the context: ``context.step(charge(order))`` or ``context.run_in_child_context(settle(order))``.
    In step code, where there is no context, call a plain function.
    """

    code = "DUR204"
    name = "step-not-run"
    fixes = (Safety.SAFE,)
    fix_help = (
        "The call is handed to the context in scope, in loops under a name that varies. No fix in step code and where "
        "no context is in scope, for submitters and branches, in clauses and managers that may swallow what the "
        "operation raises, where the arguments differ on replay, and where the call is also handed to an operation."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def is_known(step_context: StepContext, customer: str) -> bool:
    return customer != ""


@durable_step
def greet(step_context: StepContext, customer: str) -> str:
    return f"hello {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    known = is_known(event["customer"])  # <- DUR204[E]
    if known:
        greet(event["customer"])  # <- DUR204[E]
    return {"customer": event["customer"]}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def is_known(step_context: StepContext, customer: str) -> bool:
    return customer != ""


@durable_step
def greet(step_context: StepContext, customer: str) -> str:
    return f"hello {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    known = context.step(is_known(event["customer"]))
    if known:
        context.step(greet(event["customer"]))
    return {"customer": event["customer"]}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def is_known(step_context: StepContext, customer: str) -> bool:
    return customer != ""


@durable_step
def greet(step_context: StepContext, customer: str) -> str:
    return f"hello {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    known = context.step(is_known(event["customer"]))
    if known:
        context.step(greet(event["customer"]))
    return {"customer": event["customer"]}
""",
        ),
        Example(
            title="returned instead of run",
            files={
                "stock.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context


@durable_step
def count(step_context: StepContext, item: str) -> int:
    return len(item)


@durable_with_child_context
def restock(ctx: DurableContext, item: str) -> int:
    return ctx.step(count(item))
""",
            },
            bad="""
import stock
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    counted = context.run_in_child_context(lambda ctx: stock.count(event["item"]), name="count_item")  # <- DUR204[E]
    return {"counted": counted, "restocked": stock.restock(event["item"])}  # <- DUR204[E]
""",
            good="""
import stock
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    counted = context.run_in_child_context(lambda ctx: ctx.step(stock.count(event["item"])), name="count_item")
    return {"counted": counted, "restocked": context.run_in_child_context(stock.restock(event["item"]))}
""",
            fixed="""
import stock
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    counted = context.run_in_child_context(lambda ctx: ctx.step(stock.count(event["item"])), name="count_item")
    return {"counted": counted, "restocked": context.run_in_child_context(stock.restock(event["item"]))}
""",
        ),
        Example(
            title="kept for later is fine",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def undo(step_context: StepContext, booking: str) -> str:
    return f"cancelled {booking}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    for booking in event["bookings"]:
        undo(booking)  # <- DUR204[E]
    return {"cancelled": len(event["bookings"])}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def undo(step_context: StepContext, booking: str) -> str:
    return f"cancelled {booking}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    pending = []
    for booking in event["bookings"]:
        pending.append((booking, undo(booking)))
    for booking, compensation in pending:
        context.step(compensation, name=f"undo_{booking}")
    return {"cancelled": len(pending)}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Decorated calls that this body drops, uses as values or gives back."""
        places: set[ast.AST] = set()
        for unrun in (*body.unrun.values(), *body.returned_unrun()):
            if unrun.site.node not in places:
                places.add(unrun.site.node)
                yield self._not_run(body, unrun)

    def _not_run(self, body: Body, unrun: Unrun) -> Finding:
        call = unparsed(unrun.prepared.site.node)
        operation, what = _OPERATIONS.get(unrun.prepared.kind, _OPERATIONS["step"])
        if body.is_replayed:
            instead = f"Hand it to the context: context.{operation}({call})"
        else:
            instead = "Step code has no context: call a plain function, or move this call out of the step"
        fate = _FATES.get(unrun.how, "used as if it were the result")
        chain = () if unrun.site == unrun.prepared.site else (unrun.site.hop(fate), unrun.prepared.site.hop(call))
        return self.finding(
            unrun.site,
            f"{call} runs nothing: it only prepares a {what} and is {fate}",
            help=instead,
            chain=chain,
            fix=self._fix(body, unrun),
        )

    def _fix(self, body: Body, unrun: Unrun) -> Fix | None:
        """The call in the context's hands."""
        run = rewrite.handing.run_by_context(body, unrun)
        if run is None:
            return None
        method, edits = run
        return Fix(f"Hand it to the context's {method}", Safety.SAFE, edits, changes_operations=True)
