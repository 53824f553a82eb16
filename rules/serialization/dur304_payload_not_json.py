"""DUR304: an invocation's payload that plain JSON refuses."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.results import invoked
from durable_lint.rule import Example, Rule


class PayloadNotJson(Rule):
    """The payload of `invoke` holds a value that plain JSON cannot carry.

    Unlike the results of steps, payloads go through `JsonSerDes`, because the function on the other side reads JSON.
    A datetime, a Decimal, a UUID, bytes, a set or an object of your own ends the execution with `SerDesError` before
    the other function is called, and every replay ends there again.

    Convert the value (`str(amount)`, `moment.isoformat()`), or set `InvokeConfig(serdes_payload=...)` when the other
    function reads something else.
    """

    code = "DUR304"
    name = "payload-not-json"
    fixes = (Safety.SAFE,)
    fix_help = (
        "Makes JSON of the value where the payload is written (`isoformat()`, `str(...)`, `sorted(...)`). There is no "
        "fix for a payload that is put together elsewhere and used for something else too."
    )
    examples = (
        Example(
            title="a payload built before the call",
            bad="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    amount = Decimal(event["cents"]) / 100
    bill = {"subscription": event["id"], "amount": amount}
    return context.invoke("billing:live", bill, name="bill_subscription")  # <- DUR304[E]
""",
            good="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    amount = Decimal(event["cents"]) / 100
    bill = {"subscription": event["id"], "amount": str(amount)}
    return context.invoke("billing:live", bill, name="bill_subscription")
""",
            fixed="""
from decimal import Decimal

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    amount = Decimal(event["cents"]) / 100
    bill = {"subscription": event["id"], "amount": str(amount)}
    return context.invoke("billing:live", bill, name="bill_subscription")
""",
        ),
        Example(
            title="a helper that invokes",
            files={
                "archive.py": """
from aws_durable_execution_sdk_python import DurableContext


def archive(context: DurableContext, document: dict) -> None:
    context.invoke("archive:live", payload=document, name="archive_document")  # <- DUR304[E]
"""
            },
            bad="""
from datetime import date

from archive import archive
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    due = date.fromisoformat(event["due"])
    archive(context, {"text": event["text"], "due": due})
""",
            good="""
from datetime import date

from archive import archive
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    due = date.fromisoformat(event["due"])
    archive(context, {"text": event["text"], "due": due.isoformat()})
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Refused parts of the payloads that this body sends."""
        for trouble, operation in invoked(body):
            target = next(iter(operation.name_texts), "")
            yield self.finding(
                trouble.site,
                f"invoke {target}".strip()
                + f" fails before anything is called: {trouble.what} in its payload is not JSON (SerDesError)",
                help=f"Send {trouble.remedy or 'plain JSON types'}, or set InvokeConfig(serdes_payload=...)",
                fix=rewrite.sending.handed_over(body, trouble, "Send"),
            )
