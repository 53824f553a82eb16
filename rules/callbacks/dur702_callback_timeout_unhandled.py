"""DUR702: a callback whose timeout ends the execution."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.knowledge.sdk import facts
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.callbacks import is_tested, unhandled
from durable_lint.rule import Example, Rule


class CallbackTimeoutUnhandled(Rule):
    """The result of a callback is read, and nothing handles that nobody answered.

    A callback that times out, or that the other side fails, raises at ``result()`` and at ``wait_for_callback``:
    CallbackTimeoutError or another CallbackError. Without a clause for it the execution fails there, with all that was
    reserved before still reserved.

    Catch it and say what is to happen then. A clause round the helper or the child context that waits is as good, as is
    a test of the result for ``None``. Where a failed execution is what you want, leave this rule off.
    """

    code = "DUR702"
    name = "callback-timeout-unhandled"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def mail(step_context: StepContext, callback_id: str) -> str:
    return f"mailed {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    approval = context.create_callback(name="approval_callback", config=CallbackConfig(timeout=Duration.from_hours(8)))
    context.step(mail(approval.callback_id))
    return {"answer": approval.result()}  # <- DUR702[I]
""",
            good="""
from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def mail(step_context: StepContext, callback_id: str) -> str:
    return f"mailed {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    approval = context.create_callback(name="approval_callback", config=CallbackConfig(timeout=Duration.from_hours(8)))
    context.step(mail(approval.callback_id))
    try:
        return {"answer": approval.result()}
    except CallbackTimeoutError:
        return {"answer": "nobody answered"}
""",
        ),
        Example(
            title="in a child context of a helper",
            files={
                "signing.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig

A_WEEK = WaitForCallbackConfig(timeout=Duration.from_days(7))


def send(callback_id: str, _) -> str:
    return f"sent {callback_id}"


def wait_for_signature(ctx: DurableContext) -> str:
    return ctx.wait_for_callback(send, name="signature_callback", config=A_WEEK)  # <- DUR702[I]


def signed(ctx: DurableContext) -> str:
    return ctx.run_in_child_context(wait_for_signature, name="wait_for_signature")
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution
from signing import signed


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    try:
        return signed(context)
    except StepError:
        return "not sent"
""",
            good="""
from aws_durable_execution_sdk_python import ChildContextError, DurableContext, durable_execution
from signing import signed


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    try:
        return signed(context)
    except ChildContextError:
        return "not signed"
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callbacks in a handler, and in what it runs, whose failure is the handler's."""
        if body.kind is not BodyKind.HANDLER or body.interpreter is None:
            return
        raised = facts(body.interpreter.sdk_line).raises("Callback.result")
        error = next((name for name in raised if "Timeout" in name), "CallbackError")
        for site in unhandled(body):
            if not is_tested(site):
                yield self.finding(
                    site,
                    f"nothing handles that nobody answers: {error} ends the execution here",
                    help=f"Catch {error}, and say what happens without an answer",
                )
