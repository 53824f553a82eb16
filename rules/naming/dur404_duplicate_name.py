"""DUR404: two operations under one name."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.naming import duplicated
from durable_lint.rule import Example, Rule


class DuplicateName(Rule):
    """Two operations in one context carry the same literal name.

    The SDK tells operations apart by position and checks them by name. With the same name twice the check passes
    where it should not: when a change or a condition moves one of them, it takes the recorded result of the other
    without an error. In the history and in alarms the two cannot be told apart either.

    Name each after what only it does. The same name in two arms of an `if`, of which one runs, is fine, and so is one
    in different child contexts.
    """

    code = "DUR404"
    name = "duplicate-name"
    severity = Severity.WARNING
    examples = (
        Example(
            title="a copied line",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    customer = context.step(lambda _: event["customer"].lower(), name="send_mail")
    courier = context.step(lambda _: event["courier"].lower(), name="send_mail")  # <- DUR404[W]
    return {"customer": customer, "courier": courier}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if event["customer"]:
        mailed = context.step(lambda _: event["customer"].lower(), name="mail_customer")
    else:
        mailed = context.step(lambda _: event["reserve"].lower(), name="mail_customer")
    courier = context.step(lambda _: event["courier"].lower(), name="mail_courier")
    return {"mailed": mailed, "courier": courier}
""",
        ),
        Example(
            title="a second attempt by other means",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step


@durable_step
def refund_card(step_context: StepContext, order: str) -> str:
    return f"card {order}"


@durable_step
def refund_voucher(step_context: StepContext, order: str) -> str:
    return f"voucher {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    try:
        return context.step(refund_card(event["order"]), name="refund_customer")
    except StepError:
        return context.step(refund_voucher(event["order"]), name="refund_customer")  # <- DUR404[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step


@durable_step
def refund_card(step_context: StepContext, order: str) -> str:
    return f"card {order}"


@durable_step
def refund_voucher(step_context: StepContext, order: str) -> str:
    return f"voucher {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    try:
        return context.step(refund_card(event["order"]), name="refund_by_card")
    except StepError:
        return context.step(refund_voucher(event["order"]), name="refund_by_voucher")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Operations of this body with the name of an earlier one."""
        if not body.is_replayed:
            return
        for operation, earlier in duplicated(body):
            place = operation.place if operation.via else operation.name_site
            name, row = operation.name_texts[0], earlier.place.span.row
            yield self.finding(
                place,
                f"a second operation named {name} in this context (the first is on line {row}): "
                "replay cannot tell them apart and may give one the result of the other",
                help="Name each after what only it does",
                chain=(earlier.place.hop(f"the first {name}"), place.hop(f"the second {name}")),
            )
