"""DUR306: a callback's result used as if it were a dict."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body, Use
from durable_lint.model.things import Typed
from durable_lint.rule import Example, Rule, unparsed


class CallbackResultIsText(Rule):
    """The result of a callback is read like a dict while it is the raw text that was sent.

    Other operations parse what they recorded; a callback does not. Whoever completes it sends bytes, and without a
    `serdes` the function gets them as text: `{"approved": true}` is a `str`. `result["approved"]` raises a TypeError
    and `result.get(...)` an AttributeError, after days of waiting for a person, and every replay raises it again.

    Parse it (`json.loads(callback.result())`), or configure `CallbackConfig(serdes=JsonSerDes())`. The result is
    `None` when nothing was sent.
    """

    code = "DUR306"
    name = "callback-result-is-text"
    fixes = (Safety.SAFE,)
    fix_help = (
        "Gives the callback `serdes=JsonSerDes()`, in the file that creates it. There is no fix where it is not "
        "certain which callback the result is of, where the text is also used as text, or where its configuration is "
        "shared."
    )
    examples = (
        Example(
            title="a callback",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

DAY = Duration.from_days(1)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="manager_callback", config=CallbackConfig(timeout=DAY))
    context.step(lambda _: f"asked with {callback.callback_id}", name="ask_manager")
    verdict = callback.result()
    if verdict is None:
        return {"approved": False}
    return {"approved": verdict["approved"], "by": verdict.get("by")}  # <- DUR306[E]
""",
            good="""
import json

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

DAY = Duration.from_days(1)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="manager_callback", config=CallbackConfig(timeout=DAY))
    context.step(lambda _: f"asked with {callback.callback_id}", name="ask_manager")
    answer = callback.result()
    if answer is None:
        return {"approved": False}
    verdict = json.loads(answer)
    return {"approved": verdict["approved"], "by": verdict.get("by")}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.serdes import JsonSerDes

DAY = Duration.from_days(1)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="manager_callback", config=CallbackConfig(timeout=DAY, serdes=JsonSerDes()))
    context.step(lambda _: f"asked with {callback.callback_id}", name="ask_manager")
    verdict = callback.result()
    if verdict is None:
        return {"approved": False}
    return {"approved": verdict["approved"], "by": verdict.get("by")}
""",
        ),
        Example(
            title="wait_for_callback, used in a step of another module",
            files={
                "ledger.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def book_payment(step_context: StepContext, payment: dict) -> int:
    return payment["cents"]  # <- DUR306[E]
"""
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from ledger import book_payment


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    payment = context.wait_for_callback(
        lambda callback_id, _: f"asked with {callback_id}",
        name="payment_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    return context.step(book_payment(payment))
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes
from ledger import book_payment


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    payment = context.wait_for_callback(
        lambda callback_id, _: f"asked with {callback_id}",
        name="payment_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1), serdes=JsonSerDes()),
    )
    return context.step(book_payment(payment))
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes
from ledger import book_payment


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    payment = context.wait_for_callback(
        lambda callback_id, _: f"asked with {callback_id}",
        name="payment_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1), serdes=JsonSerDes()),
    )
    return context.step(book_payment(payment))
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Uses of a callback's text that text does not allow."""
        for use in body.uses.values():
            if use.thing == Typed("sdk.CallbackText") and (error := _error(use)):
                yield self.finding(
                    use.site,
                    f"{unparsed(use.site.node, 40)} raises {error}: "
                    "a callback's result is the text that was sent, not parsed",
                    help="Parse it with json.loads(...), or configure serdes=JsonSerDes() for the callback",
                    fix=rewrite.callbacks.parsed(body, use),
                )


def _error(use: Use) -> str | None:
    """The error that a use of text raises, if it does."""
    how, _, name = use.how.partition(" ")
    if how == "attribute":
        return None if hasattr(str, name) else f"AttributeError (str has no {name})"
    return "TypeError (text takes no such index)" if use.how == "subscript by text" else None
