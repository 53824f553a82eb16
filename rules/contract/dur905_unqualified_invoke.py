"""DUR905: an invocation of a function without version or alias."""

from __future__ import annotations

import re
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.contract import Terms
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.things import Literal
from durable_lint.model.values import Value
from durable_lint.rule import Example, Rule

_UNQUALIFIED = re.compile(r"((arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:)?[A-Za-z0-9_-]{1,140}")


class UnqualifiedInvoke(Rule):
    """``context.invoke`` names a function without a version or an alias, so it runs whatever was deployed last.

    A durable function that is invoked without a qualifier cannot be started by the service, which pins every execution
    to a version. Any other function may change between the attempts and the replays of one execution: a deployment in
    the meantime answers the second half of an order with other code than the first.

    Name a version or an alias: ``billing:live``, ``arn:aws:lambda:eu-west-1:123456789012:function:billing:7``.
    """

    code = "DUR905"
    name = "unqualified-invoke"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bill = context.invoke("billing", event, name="bill_customer")  # <- DUR905[I]
    return context.invoke(
        "arn:aws:lambda:eu-west-1:123456789012:function:shipping",  # <- DUR905[I]
        bill,
        name="ship_order",
    )
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bill = context.invoke("billing:live", event, name="bill_customer")
    return context.invoke(
        "arn:aws:lambda:eu-west-1:123456789012:function:shipping:7",
        bill,
        name="ship_order",
    )
""",
        ),
        Example(
            title="names in another module",
            files={
                "functions.py": """
BILLING = "123456789012:function:billing"
SHIPPING = "shipping:live"
STAGES = {"pack": "pack-goods:3", "send": "send-goods:3"}
""",
            },
            bad="""
import os

import functions
from aws_durable_execution_sdk_python import DurableContext, durable_execution

MAILING = os.environ["MAILING"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bill = context.invoke(function_name=functions.BILLING, payload=event, name="bill_customer")  # <- DUR905[I]
    sent = context.invoke(functions.SHIPPING, bill, name="ship_order")
    return context.invoke(MAILING, sent, name="mail_customer")
""",
            good="""
import functions
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    packed = context.invoke(functions.STAGES["pack"], event, name="pack_goods")
    return context.invoke(functions.SHIPPING, packed, name="ship_order")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Invocations whose function is known to have no qualifier."""
        if body.interpreter is None:
            return
        terms = Terms(body.interpreter.sdk_line)
        for call in body.sdk_calls.values():
            match = terms.match(call) if call.name == "DurableContext.invoke" else None
            given = None if match is None else match.of("function_name")
            if given is not None and _is_unqualified(given.value):
                yield self.finding(
                    Site(call.site.module, given.node or call.node),
                    "the invoked function has no version or alias: what runs changes with the next deployment",
                    help='Name a version or an alias: "billing:live"',
                )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Invocations in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)


def _is_unqualified(value: Value) -> bool:
    texts = [thing.value for thing in value.things if isinstance(thing, Literal) and isinstance(thing.value, str)]
    return bool(texts) and len(texts) == len(value.things) and all(_UNQUALIFIED.fullmatch(text) for text in texts)
