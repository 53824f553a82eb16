"""DUR706: a callback that nobody can answer, or whose answer nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.lots import Lot, lot_of
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.rule import Example, Rule


class CallbackLost(Rule):
    """A callback is made, and its id reaches nobody, or its result is never read.

    Only who has the id can complete a callback. An id that stays in the function, or is no more than logged, leaves the
    execution waiting for its timeout. And a result that is never read means that the function does not wait at all: it
    goes on and ends, and the answer finds an execution that is over. Returning the id from the handler does not help,
    since a handler that returns has finished.

    Send the id in a step to who is to answer, then read ``callback.result()``; ``wait_for_callback`` does both.
    """

    code = "DUR706"
    name = "callback-lost"
    severity = Severity.WARNING
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig


@durable_step
def mail(step_context: StepContext, text: str) -> str:
    return f"mailed {text}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    day = CallbackConfig(timeout=Duration.from_days(1))
    approval = context.create_callback(name="approval_callback", config=day)  # <- DUR706[W]
    context.logger.info(f"waiting for {approval.callback_id}")
    context.step(mail("please approve"), name="mail_manager")
    receipt = context.create_callback(name="receipt_callback", config=day)  # <- DUR706[W]
    context.step(mail(receipt.callback_id), name="mail_customer")
    signature = context.wait_for_callback(  # <- DUR706[W]
        lambda callback_id, _: "please sign",
        name="signature_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_days(1)),
    )
    return {"approval": approval.result(), "signature": signature}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig


@durable_step
def mail(step_context: StepContext, text: str) -> str:
    return f"mailed {text}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    day = CallbackConfig(timeout=Duration.from_days(1))
    approval = context.create_callback(name="approval_callback", config=day)
    context.step(mail(f"please approve: {approval.callback_id}"), name="mail_manager")
    receipt = context.create_callback(name="receipt_callback", config=day)
    context.step(mail(receipt.callback_id), name="mail_customer")
    signature = context.wait_for_callback(
        lambda callback_id, _: f"please sign: {callback_id}",
        name="signature_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_days(1)),
    )
    return {"approval": approval.result(), "receipt": receipt.result(), "signature": signature}
""",
        ),
        Example(
            title="through helpers in other modules",
            files={
                "asking.py": """
from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from telling import tell


def ask(ctx: DurableContext, who: str):
    question = ctx.create_callback(name=f"{who}_callback", config=CallbackConfig(timeout=Duration.from_hours(4)))
    tell(ctx, who, question)
    return question


def forget(ctx: DurableContext, who: str):
    config = CallbackConfig(timeout=Duration.from_hours(4))
    question = ctx.create_callback(name=f"{who}_callback", config=config)  # <- DUR706[W]
    tell(ctx, who, question)
    return question
""",
                "telling.py": """
from aws_durable_execution_sdk_python import DurableContext


def tell(ctx: DurableContext, who: str, question) -> None:
    answer_id = question.callback_id
    ctx.step(lambda _: {"to": who, "id": answer_id}, name=f"tell_{who}")
""",
            },
            bad="""
from asking import ask, forget
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    buyer = ask(context, "buyer")
    forget(context, "seller")
    return {"buyer": buyer.result()}
""",
            good="""
from asking import ask
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    buyer = ask(context, "buyer")
    seller = ask(context, "seller")
    return {"buyer": buyer.result(), "seller": seller.result()}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callbacks whose whole life can be seen, and that come to nothing."""
        for operation in body.own_operations:
            lot = lot_of(body, operation)
            if lot is not None and lot.is_lost:
                yield self.finding(operation.site, _message(operation, lot), help=_help(operation, lot))


def _message(operation: Operation, lot: Lot) -> str:
    if lot.is_answerable:
        return "the result of this callback is never read: the execution goes on and ends without the answer"
    if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
        why = "the submitter only logs the id" if lot.is_logged else "the submitter does nothing with the id"
    else:
        why = "its id is only logged" if lot.is_logged else "its id never leaves the function"
    return f"nobody can answer this callback: {why}"


def _help(operation: Operation, lot: Lot) -> str:
    if lot.is_answerable:
        return "Wait for the answer: callback.result()"
    if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
        return "Send the id to who is to answer, in the submitter"
    return "Send callback.callback_id to who is to answer, in a step"
