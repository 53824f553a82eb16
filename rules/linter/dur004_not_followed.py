"""DUR004: a call in replayed code that could not be followed."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.rule import Example, Rule


class NotFollowed(Rule):
    """A call in replayed code leads to something that durable-lint could not find.

    What cannot be followed gives no findings: if the function behind it reads the clock or writes to a table, nobody
    says so. The count of such calls stands under every report; this advice shows where they are.

    Often an annotation is enough (`store: OrderStore`), or an import root in `src` of the configuration. What you
    know to be harmless on replay can be vouched for: `# durable-lint: deterministic` on the function, or
    `effects.vouch`.
    """

    code = "DUR004"
    name = "not-followed"
    severity = Severity.INFO
    examples = (
        Example(
            title="a callable from data",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    rule = event["rules"][0]
    text = rule(event["order"])  # <- DUR004[I]
    return context.step(lambda _: text.strip(), name="strip_text")
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def cheapest(order: dict) -> str:
    return min(order["offers"])


RULES = {"cheapest": cheapest}


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    text = RULES["cheapest"](event["order"])
    return context.step(lambda _: text.strip(), name="strip_text")
""",
        ),
        Example(
            title="a parameter without a type",
            files={
                "orders.py": """
class OrderStore:
    def __init__(self, region: str) -> None:
        self.region = region

    def label(self, order: str) -> str:
        return f"{self.region}-{order}"
"""
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_with_child_context


@durable_with_child_context
def settle(child_context: DurableContext, store, order: str) -> str:
    label = store.label(order)  # <- DUR004[I]
    return child_context.step(lambda _: label.lower(), name="settle_order")
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_with_child_context
from orders import OrderStore


@durable_with_child_context
def settle(child_context: DurableContext, store: OrderStore, order: str) -> str:
    label = store.label(order)
    return child_context.step(lambda _: label.lower(), name="settle_order")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Calls of a replayed body whose callee is not known."""
        if body.is_replayed:
            for site, callee in body.unfollowed.values():
                yield self.finding(
                    site,
                    f"cannot follow {callee}: whatever it does on replay stays unseen",
                    help="Annotate what it is called on, or mark the function `# durable-lint: deterministic`",
                )
