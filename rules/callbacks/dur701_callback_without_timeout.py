"""DUR701: a callback that waits for as long as the execution may last."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.callbacks import limits_of
from durable_lint.rule import Example, Rule


class CallbackWithoutTimeout(Rule):
    """A callback with neither a timeout nor a heartbeat timeout waits until the whole execution times out.

    By default a callback has no limit. If the message that carries its id is lost, or the other side forgets to answer,
    the execution hangs for days or months, and ends as timed out: no clause of the function gets to see it, nothing is
    compensated, nobody is told.

    Give it as long as an answer may take: ``CallbackConfig(timeout=Duration.from_hours(24))``, or
    ``WaitForCallbackConfig`` for ``wait_for_callback``. A ``heartbeat_timeout`` limits it too: it ends the callback
    when the other side stops sending heartbeats.
    """

    code = "DUR701"
    name = "callback-without-timeout"
    severity = Severity.WARNING
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "Gives the callback the configuration that the file has for other callbacks, where it names exactly one with a "
        "limit. How long an answer may take is for people to say: there is no fix in any other case."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes


@durable_step
def mail(step_context: StepContext, callback_id: str) -> str:
    return f"mailed {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    approval = context.create_callback(name="approval_callback")  # <- DUR701[W]
    context.step(mail(approval.callback_id), name="mail_manager")
    review = context.create_callback("review_callback", CallbackConfig(serdes=JsonSerDes()))  # <- DUR701[W]
    context.step(mail(review.callback_id), name="mail_reviewer")
    return {"approval": approval.result(), "review": review.result()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.serdes import JsonSerDes


@durable_step
def mail(step_context: StepContext, callback_id: str) -> str:
    return f"mailed {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    approval = context.create_callback(
        name="approval_callback", config=CallbackConfig(timeout=Duration.from_hours(24))
    )
    context.step(mail(approval.callback_id), name="mail_manager")
    review = context.create_callback(
        "review_callback", CallbackConfig(heartbeat_timeout=Duration.from_hours(2), serdes=JsonSerDes())
    )
    context.step(mail(review.callback_id), name="mail_reviewer")
    return {"approval": approval.result(), "review": review.result()}
""",
        ),
        Example(
            title="one of two, in a helper",
            files={
                "limits.py": """
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig

TWO_DAYS = WaitForCallbackConfig(timeout=Duration.from_days(2))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from limits import TWO_DAYS


def post(callback_id: str, _) -> str:
    return f"posted {callback_id}"


def ask_both(ctx: DurableContext) -> list:
    buyer = ctx.wait_for_callback(post, name="buyer_callback", config=TWO_DAYS)
    seller = ctx.wait_for_callback(post, name="seller_callback")  # <- DUR701[W]
    return [buyer, seller]


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return ask_both(context)
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from limits import TWO_DAYS


def post(callback_id: str, _) -> str:
    return f"posted {callback_id}"


def ask_both(ctx: DurableContext) -> list:
    buyer = ctx.wait_for_callback(post, name="buyer_callback", config=TWO_DAYS)
    seller = ctx.wait_for_callback(post, name="seller_callback", config=TWO_DAYS)
    return [buyer, seller]


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return ask_both(context)
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from limits import TWO_DAYS


def post(callback_id: str, _) -> str:
    return f"posted {callback_id}"


def ask_both(ctx: DurableContext) -> list:
    buyer = ctx.wait_for_callback(post, name="buyer_callback", config=TWO_DAYS)
    seller = ctx.wait_for_callback(post, name="seller_callback", config=TWO_DAYS)
    return [buyer, seller]


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return ask_both(context)
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callbacks that nothing ends but an answer."""
        for operation in body.own_operations:
            limits = limits_of(operation)
            if limits is not None and all(limit.is_unlimited for limit in limits):
                yield self.finding(
                    operation.site,
                    f"{operation.label} has no timeout: without an answer it waits until the whole execution times out",
                    help="Say how long an answer may take: timeout=Duration.from_hours(...) in its configuration",
                    fix=rewrite.callbacks.limited(body, operation),
                )
