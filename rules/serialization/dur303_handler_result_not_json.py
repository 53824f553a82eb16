"""DUR303: a handler's result that plain JSON refuses."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.results import handed_back
from durable_lint.rule import Example, Rule


class HandlerResultNotJson(Rule):
    """The handler returns a value that plain JSON cannot carry.

    What a handler returns becomes the execution's result through `json.dumps`, without the SDK's serializer: a
    datetime, a Decimal, a UUID or bytes, all fine as the result of a step, fail here. All the work has been done and
    recorded, and the execution ends as FAILED with `TypeError: Object of type Decimal is not JSON serializable`, each
    time again.

    Convert at the end (`str(total)`, `moment.isoformat()`, `sorted(ids)`), or let the step return plain types
    already.
    """

    code = "DUR303"
    name = "handler-result-not-json"
    fixes = (Safety.SAFE,)
    fix_help = (
        "Makes JSON of the value where the handler returns it (`isoformat()`, `str(...)`, `sorted(...)`). There is no "
        "fix for a type that is not known for certain, nor for a set of values that may have no order."
    )
    examples = (
        Example(
            title="what a step gave back",
            bad="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def sum_invoice(step_context: StepContext, lines: list[dict]) -> Decimal:
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    return total  # <- DUR302[W]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    total = context.step(sum_invoice(event["lines"]))
    return {"invoice": event["invoice"], "total": total}  # <- DUR303[E]
""",
            good="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def sum_invoice(step_context: StepContext, lines: list[dict]) -> str:
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    return str(total)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    total = context.step(sum_invoice(event["lines"]))
    return {"invoice": event["invoice"], "total": total}
""",
            fixed="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def sum_invoice(step_context: StepContext, lines: list[dict]) -> Decimal:
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    return total


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    total = context.step(sum_invoice(event["lines"]))
    return {"invoice": event["invoice"], "total": str(total)}
""",
        ),
        Example(
            title="made in the handler",
            bad="""
from uuid import NAMESPACE_URL, uuid5

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store_page(step_context: StepContext, url: str) -> None:
    print("stored", url)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(store_page(event["url"]))
    seen = {event["url"], event["referrer"]}
    return {
        "page": uuid5(NAMESPACE_URL, event["url"]),  # <- DUR303[E]
        "seen": seen,  # <- DUR303[E]
    }
""",
            good="""
from uuid import NAMESPACE_URL, uuid5

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store_page(step_context: StepContext, url: str) -> None:
    print("stored", url)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(store_page(event["url"]))
    seen = {event["url"], event["referrer"]}
    return {
        "page": str(uuid5(NAMESPACE_URL, event["url"])),
        "seen": sorted(seen),
    }
""",
            fixed="""
from uuid import NAMESPACE_URL, uuid5

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store_page(step_context: StepContext, url: str) -> None:
    print("stored", url)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(store_page(event["url"]))
    seen = {event["url"], event["referrer"]}
    return {
        "page": str(uuid5(NAMESPACE_URL, event["url"])),
        "seen": seen,  # <- DUR303[E]
    }
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Refused parts of what a handler returns."""
        for trouble in handed_back(body):
            if trouble.type == "BatchResult":
                continue  # DUR307 says what to return instead
            yield self.finding(
                trouble.site,
                f"the execution fails at its very end: {trouble.what} in the handler's result is not JSON (TypeError)",
                help=f"Return {trouble.remedy or 'plain JSON types'}",
                fix=rewrite.sending.handed_over(body, trouble, "Return"),
            )
