"""DUR601: a step that may pay, send or create twice."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.attempts import is_at_most_once, strategy
from durable_lint.model.body import Body
from durable_lint.model.operations import OperationKind
from durable_lint.model.repeats import done_twice
from durable_lint.rule import Example, Rule


class SideEffectAtLeastOnce(Rule):
    """A step with the default semantics does something that must not be done twice, and sends no key with it.

    By default a step runs at least once: when its invocation ends between the call and the checkpoint it runs again,
    and when it fails, an answer that was lost on the way counts as a failure. A charge, an e-mail, an order or an
    added row is then there twice.

    Send a key by which the receiver knows the request again (`Idempotency-Key`, `ClientToken`, made in an earlier step
    or of the order's number): then the step can be tried again. Where there is none, use
    `StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())`.

    What is meant are POST requests, mails and messages to people, payments, started jobs, `INSERT`s and increments.
    PUT, DELETE and writes of an item under its key come to the same when they are repeated; a step that first looks
    whether it has been done is left alone.
    """

    code = "DUR601"
    name = "side-effect-at-least-once"
    severity = Severity.INFO
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "The step gets at-most-once semantics and the strategy that never retries. Unsafe: an attempt that fails for a "
        "passing reason is then a failure, which has to be handled; a key is better where the receiver takes one. No "
        "fix where the step has retries of its own, or a configuration that other steps share."
    )
    examples = (
        Example(
            bad="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets

ses = boto3.client("sesv2")
ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())


@durable_step
def mail_invoice(step_context: StepContext, address: str) -> str:
    content = {"Template": {"TemplateName": "invoice"}}
    return ses.send_email(Destination={"ToAddresses": [address]}, Content=content)["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    mail = context.step(  # <- DUR601[I]
        mail_invoice(event["address"]),
    )
    return {"mail": mail}
""",
            good="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets

ses = boto3.client("sesv2")
ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())


@durable_step
def mail_invoice(step_context: StepContext, address: str) -> str:
    content = {"Template": {"TemplateName": "invoice"}}
    return ses.send_email(Destination={"ToAddresses": [address]}, Content=content)["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    mail = context.step(mail_invoice(event["address"]), config=ONCE)
    return {"mail": mail}
""",
            fixed="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets

ses = boto3.client("sesv2")
ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())


@durable_step
def mail_invoice(step_context: StepContext, address: str) -> str:
    content = {"Template": {"TemplateName": "invoice"}}
    return ses.send_email(Destination={"ToAddresses": [address]}, Content=content)["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    mail = context.step(
        mail_invoice(event["address"]),
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none()),
    )
    return {"mail": mail}
""",
        ),
        Example(
            title="a payment, through a class in another module",
            files={
                "payments.py": """
import requests


class Payments:
    def __init__(self, address: str) -> None:
        self.address = address

    def charge(self, card: str, cents: int, key: str | None = None) -> str:
        headers = {"Idempotency-Key": key} if key else {}
        answer = requests.post(self.address, json={"card": card, "cents": cents}, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json()["payment"]

    def refund(self, payment: str) -> str:
        answer = requests.post(f"{self.address}/{payment}/refunds", timeout=10)
        answer.raise_for_status()
        return answer.json()["refund"]
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from payments import Payments

payments = Payments("https://pay.example.com/payments")


@durable_step
def pay_back(step_context: StepContext, payment: str) -> str:
    return payments.refund(payment)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    refund = context.step(  # <- DUR601[I]
        pay_back(event["payment"]),
    )
    return {"refund": refund}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from payments import Payments

payments = Payments("https://pay.example.com/payments")


@durable_step
def charge_card(step_context: StepContext, order: dict) -> str:
    return payments.charge(order["card"], order["cents"], key=f"order-{order['number']}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"payment": context.step(charge_card(event["order"]))}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets
from payments import Payments

payments = Payments("https://pay.example.com/payments")


@durable_step
def pay_back(step_context: StepContext, payment: str) -> str:
    return payments.refund(payment)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    refund = context.step(
        pay_back(event["payment"]),
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none()),
    )
    return {"refund": refund}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Steps of a body that do such a thing."""
        for operation in body.own_operations if body.is_replayed else ():
            if operation.kind is not OperationKind.STEP or is_at_most_once(operation) is not False:
                continue
            for run in (inner for called in operation.called for inner in called.bodies):
                request, retries = done_twice(run), strategy(operation)
                if request is None or retries is None:
                    continue
                yield self.finding(
                    operation.site,
                    f"the step runs at least once: {request.shown} may happen twice{request.trail(run.name)}; send an "
                    "idempotency key, or run it at most once",
                    help="config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, "
                    "retry_strategy=RetryPresets.none())",
                    chain=request.hops(),
                    fix=rewrite.strategies.at_most_once(operation),
                )
                break
