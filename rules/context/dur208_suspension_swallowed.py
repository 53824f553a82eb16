"""DUR208: a suspension that is caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body, Guard
from durable_lint.rule import Example, Rule


class SuspensionSwallowed(Rule):
    """A clause that catches everything stops the execution from suspending.

    To wait, the SDK raises SuspendExecution out of the operation; it derives from BaseException so that ``except
    Exception`` lets it pass. A bare ``except``, ``except BaseException`` or ``suppress(BaseException)`` catches it:
    the code goes on as if the wait were over, the callback had arrived or the retry had been made.

    Catch the SDK's errors (StepError, CallbackError ...), or raise again what is not an Exception.
    """

    code = "DUR208"
    name = "suspension-swallowed"
    fixes = (Safety.SAFE,)
    fix_help = (
        "The clause raises again what is no Exception, and handles every Exception as before; one that always raises "
        "another error becomes ``except Exception``. No fix for ``suppress`` and other managers, for ``except*``, and "
        "for a clause that names SuspendExecution itself."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.wait(Duration.from_days(30), name="trial_wait")
    except:  # <- DUR208[E]
        context.logger.warning("the trial ended early")
    return {"customer": event["customer"]}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_days(30), name="trial_wait")
    return {"customer": event["customer"]}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.wait(Duration.from_days(30), name="trial_wait")
    except BaseException as error:
        if not isinstance(error, Exception):
            raise
        context.logger.warning("the trial ended early")
    return {"customer": event["customer"]}
""",
        ),
        Example(
            title="round a helper, and round a callback's result",
            files={
                "billing.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def charge(step_context: StepContext, cents: int) -> str:
    return f"charged {cents}"


def collect(context: DurableContext, cents: int) -> str:
    return context.step(charge(cents))
""",
            },
            bad="""
from contextlib import suppress

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from billing import collect


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with suppress(BaseException):  # <- DUR208[E]
        collect(context, event["cents"])
    signature = context.create_callback(name="signature_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    try:
        signed = signature.result()
    except BaseException as error:  # <- DUR208[E]
        raise RuntimeError("nobody signed") from error
    return {"signed": signed, "callback": signature.callback_id}
""",
            good="""
from aws_durable_execution_sdk_python import CallbackError, DurableContext, StepError, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from billing import collect


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        collect(context, event["cents"])
    except StepError:
        context.logger.warning("not collected")
    signature = context.create_callback(name="signature_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    try:
        signed = signature.result()
    except CallbackError as error:
        raise RuntimeError("nobody signed") from error
    except BaseException:
        context.logger.info("waiting for the signature")
        raise
    return {"signed": signed, "callback": signature.callback_id}
""",
            fixed="""
from contextlib import suppress

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from billing import collect


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with suppress(BaseException):  # <- DUR208[E]
        collect(context, event["cents"])
    signature = context.create_callback(name="signature_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    try:
        signed = signature.result()
    except Exception as error:
        raise RuntimeError("nobody signed") from error
    return {"signed": signed, "callback": signature.callback_id}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Clauses and managers in replayed code that do not let a suspension out."""
        if not body.is_replayed:
            return
        for guard in body.guards.values():
            if guard.swallows_suspension:
                yield self.finding(
                    guard.site,
                    f"`{guard.words}` stops the suspension: the code goes on as if the wait, the retry or the callback "
                    "were over",
                    help="Catch the SDK's errors instead (DurableExecutionsError), or end the clause with a bare raise",
                    fix=self._fix(body, guard),
                )

    def _fix(self, body: Body, guard: Guard) -> Fix | None:
        """A clause that lets the suspension out."""
        node = guard.site.node
        edits = rewrite.clauses.let_out(body, node) if isinstance(node, ast.ExceptHandler) else None
        return None if edits is None else Fix("Let out what is no Exception", Safety.SAFE, edits)
