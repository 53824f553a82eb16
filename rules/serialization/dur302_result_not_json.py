"""DUR302: a result that only the SDK's typed envelope carries."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.payloads import Fate
from durable_lint.model.results import recorded
from durable_lint.rule import Example, Rule


class ResultNotJson(Rule):
    """A step, child context, branch or map function gives back a date, a Decimal, a UUID, bytes or a tuple.

    The SDK's default serializer wraps these types in an envelope of its own (`{"t": "d", "v": "41.50"}`), so they
    come back unchanged in this operation. Everything else in the execution speaks plain JSON: the handler's own
    result, the payload of `invoke`, `JsonSerDes`, whoever reads the history, an earlier or later SDK. There the same
    value fails with a TypeError, or a tuple turns into a list, often long after the step has run.

    Give back what JSON has: `moment.isoformat()`, `str(amount)`, a list instead of a tuple. A `serdes` of your own on
    the operation is the other way.
    """

    code = "DUR302"
    name = "result-not-json"
    severity = Severity.WARNING
    fixes = (Safety.SAFE, Safety.UNSAFE)
    fix_help = (
        "Makes JSON of the value where the function returns it (`isoformat()`, `str(...)`, a list), and makes it again "
        "around the operation for readers that need it. Unsafe where not every reader can be seen; there is no fix "
        "where a reader is seen that the change would break."
    )
    examples = (
        Example(
            title="Decimal and datetime in a dict",
            bad="""
from datetime import datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket": basket["id"],
        "gross": Decimal("41.50"),  # <- DUR302[W]
        "priced_at": datetime.now(),  # <- DUR302[W]
    }


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    price = context.step(price_basket(event["basket"]))
    return price["basket"]
""",
            good="""
from datetime import datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket": basket["id"],
        "gross": str(Decimal("41.50")),
        "priced_at": datetime.now().isoformat(),
    }


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    price = context.step(price_basket(event["basket"]))
    return price["basket"]
""",
            fixed="""
from datetime import datetime
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def price_basket(step_context: StepContext, basket: dict) -> dict:
    return {
        "basket": basket["id"],
        "gross": str(Decimal("41.50")),
        "priced_at": datetime.now().isoformat(),
    }


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    price = context.step(price_basket(event["basket"]))
    return price["basket"]
""",
        ),
        Example(
            title="two results at once",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    low, high = context.step(lambda _: (min(event["bids"]), max(event["bids"])), name="find_bounds")  # <- DUR302[W]
    return {"low": low, "high": high}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    low, high = context.step(lambda _: [min(event["bids"]), max(event["bids"])], name="find_bounds")
    return {"low": low, "high": high}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    low, high = context.step(lambda _: [min(event["bids"]), max(event["bids"])], name="find_bounds")
    return {"low": low, "high": high}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Parts of what this body's operations record that plain JSON has no form for."""
        for found in recorded(body, Fate.ENVELOPE):
            trouble = found.trouble
            elsewhere = f"is a {trouble.becomes}" if trouble.becomes else "fails"
            yield self.finding(
                trouble.site,
                f"{trouble.what} in {found.whole} survives only in the SDK's own envelope: "
                f"as plain JSON (handler result, invoke payload) it {elsewhere}",
                help=f"Return {trouble.remedy or 'plain JSON types'}",
                fix=rewrite.sending.recorded_as_json(body, found),
            )
