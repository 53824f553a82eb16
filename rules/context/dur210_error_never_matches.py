"""DUR210: an except clause that no operation's error matches."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body, Guard
from durable_lint.rule import Example, Rule


class ErrorNeverMatches(Rule):
    """What a step raises does not arrive at the caller as it was raised.

    A failure is recorded, and a replay has only the record: the context raises StepError for a failed step,
    CallbackError for a callback, InvokeError for an invocation, ChildContextError for a child context, also on the
    first run. A clause for the original class never matches, and the failure goes past it.

    Catch the SDK's class; the name of the original one is in its ``error_type``.
    """

    code = "DUR210"
    name = "error-never-matches"
    fixes = (Safety.SAFE, Safety.UNSAFE)
    fix_help = (
        "The clause catches the SDK's class instead. Safe only where it names another class of the SDK: any other says "
        "why the operation failed, and the SDK's class also catches every other failure of it, which a test of "
        "``error_type`` can tell apart. No fix where several clauses want to be the same one, or where the clause "
        "uses more of the error than its text."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


class OutOfStock(Exception):
    pass


@durable_step
def reserve(step_context: StepContext, item: str) -> str:
    raise OutOfStock(item)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(reserve(event["item"]))
    except OutOfStock:  # <- DUR210[E]
        return {"state": "out of stock"}
    return {"state": "reserved"}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step


class OutOfStock(Exception):
    pass


@durable_step
def reserve(step_context: StepContext, item: str) -> str:
    raise OutOfStock(item)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(reserve(event["item"]))
    except StepError as error:
        if error.error_type and error.error_type.endswith("OutOfStock"):
            return {"state": "out of stock"}
        raise
    return {"state": "reserved"}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step


class OutOfStock(Exception):
    pass


@durable_step
def reserve(step_context: StepContext, item: str) -> str:
    raise OutOfStock(item)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(reserve(event["item"]))
    except StepError as error:
        if not error.error_type.endswith(".OutOfStock"):
            raise
        return {"state": "out of stock"}
    return {"state": "reserved"}
""",
        ),
        Example(
            title="library errors, timeouts, children",
            bad="""
from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from botocore.exceptions import ClientError


@durable_step
def load(step_context: StepContext, key: str) -> str:
    return f"text of {key}"


def load_both(ctx: DurableContext) -> str:
    return ctx.step(load("a"), name="load_a") + ctx.step(load("b"), name="load_b")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        text = context.step(load(event["key"]))
    except ClientError:  # <- DUR210[E]
        text = ""
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(lambda _: f"asked with {answer.callback_id}", name="ask_customer")
    try:
        said = answer.result()
    except TimeoutError:  # <- DUR210[E]
        said = "nothing"
    try:
        both = context.run_in_child_context(load_both, name="load_both")
    except (StepError, KeyError):  # <- DUR210[E]
        both = ""
    return {"text": text, "said": said, "both": both}
""",
            good="""
from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    ChildContextError,
    DurableContext,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def load(step_context: StepContext, key: str) -> str:
    return f"text of {key}"


def load_both(ctx: DurableContext) -> str:
    return ctx.step(load("a"), name="load_a") + ctx.step(load("b"), name="load_b")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        text = context.step(load(event["key"]))
    except (KeyError, StepError):
        text = ""
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(lambda _: f"asked with {answer.callback_id}", name="ask_customer")
    try:
        said = answer.result()
    except CallbackTimeoutError:
        said = "nothing"
    try:
        both = context.run_in_child_context(load_both, name="load_both")
    except ChildContextError:
        both = ""
    return {"text": text, "said": said, "both": both}
""",
            fixed="""
from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    ChildContextError,
    DurableContext,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from botocore.exceptions import ClientError


@durable_step
def load(step_context: StepContext, key: str) -> str:
    return f"text of {key}"


def load_both(ctx: DurableContext) -> str:
    return ctx.step(load("a"), name="load_a") + ctx.step(load("b"), name="load_b")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        text = context.step(load(event["key"]))
    except StepError:
        text = ""
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(lambda _: f"asked with {answer.callback_id}", name="ask_customer")
    try:
        said = answer.result()
    except CallbackTimeoutError:
        said = "nothing"
    try:
        both = context.run_in_child_context(load_both, name="load_both")
    except ChildContextError:
        both = ""
    return {"text": text, "said": said, "both": both}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Clauses in replayed code for classes that nothing in their block raises."""
        if not body.is_replayed:
            return
        for guard in body.guards.values():
            if guard.raised_instead and not guard.swallows_suspension:
                arrives = " or ".join(guard.raised_instead[:3])
                yield self.finding(
                    guard.site,
                    f"`{guard.words}` never matches: what fails in the operation arrives here as {arrives}",
                    help=f"Catch {arrives}; its error_type holds the name of the original class",
                    fix=self._fix(body, guard),
                )

    def _fix(self, body: Body, guard: Guard) -> Fix | None:
        """The clause for what arrives."""
        caught = rewrite.clauses.caught_instead(body, guard)
        if caught is None:
            return None
        safety, text, edits = caught
        return Fix(f"Catch {text}", safety, edits)
