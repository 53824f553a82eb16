"""DUR609: a key that is another one at every attempt."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.keys import UnstableKey, unstable_keys
from durable_lint.model.step_code import runs_in_step
from durable_lint.rule import Example, Rule


class UnstableIdempotencyKey(Rule):
    """An idempotency key, a client token or a request id is made anew at every attempt.

    By its key a receiver sees that a request is one that it has had already. A step is run again when its invocation
    was interrupted, and when it failed: a key that the step makes of the clock, of random numbers or of `uuid4` is then
    another one, and the receiver pays, sends or creates a second time. The same holds for a key that replayed code
    makes and hands to the step; there DUR101 to DUR103 report what makes it as well, for all else that it does.

    Make the key in a step of its own, whose result is recorded, or of what identifies the request: the order's number,
    the execution's ARN.
    """

    code = "DUR609"
    name = "unstable-idempotency-key"
    severity = Severity.WARNING
    examples = (
        Example(
            bad="""
import uuid

import stripe
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, cents: int, card: str) -> str:
    key = str(uuid.uuid4())  # <- DUR609[W]
    return stripe.Charge.create(amount=cents, currency="eur", source=card, idempotency_key=key)["id"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"charge": context.step(charge(event["cents"], event["card"]))}
""",
            good="""
import uuid

import stripe
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def make_key(step_context: StepContext) -> str:
    return str(uuid.uuid4())


@durable_step
def charge(step_context: StepContext, cents: int, card: str, key: str) -> str:
    return stripe.Charge.create(amount=cents, currency="eur", source=card, idempotency_key=key)["id"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    key = context.step(make_key())
    return {"charge": context.step(charge(event["cents"], event["card"], key))}
""",
        ),
        Example(
            title="in a header, through a class in another module, and made in replayed code",
            files={
                "gateway.py": """
import time

import httpx


class Gateway:
    def __init__(self, address: str) -> None:
        self.address = address

    def send(self, order: str, key: str) -> str:
        headers = {"Idempotency-Key": key, "X-Sent-At": str(time.time())}
        answer = httpx.post(self.address, json={"order": order}, headers=headers)
        answer.raise_for_status()
        return answer.text

    def send_now(self, order: str) -> str:
        return self.send(order, f"{order}-{time.time_ns()}")
""",
            },
            bad="""
import uuid

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from gateway import Gateway

sqs = boto3.client("sqs")
gateway = Gateway("https://orders.example.com")


@durable_step
def place(step_context: StepContext, order: str) -> str:
    return gateway.send_now(order)  # <- DUR609[W]


@durable_step
def announce(step_context: StepContext, queue: str, order: str, token: str) -> str:
    answer = sqs.send_message(QueueUrl=queue, MessageBody=order, MessageDeduplicationId=token)  # <- DUR609[W]
    return answer["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    token = uuid.uuid4().hex  # <- DUR103[E]
    number = context.step(place(event["order"]))
    message = context.step(announce(event["queue"], event["order"], token))
    return {"number": number, "message": message}
""",
            good="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from gateway import Gateway

sqs = boto3.client("sqs")
gateway = Gateway("https://orders.example.com")


@durable_step
def place(step_context: StepContext, order: str) -> str:
    return gateway.send(order, f"order-{order}")


@durable_step
def announce(step_context: StepContext, queue: str, order: str, token: str) -> str:
    return sqs.send_message(QueueUrl=queue, MessageBody=order, MessageDeduplicationId=token)["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    number = context.step(place(event["order"]))
    message = context.step(announce(event["queue"], event["order"], context.execution_context.durable_execution_arn))
    return {"number": number, "message": message}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """One finding for each expression of a step that makes or sends such a key."""
        if not body.requests or not runs_in_step(body):
            return
        places: dict[ast.AST, UnstableKey] = {}
        for key in unstable_keys(body):
            places.setdefault(key.site_in(body).node, key)
        for key in places.values():
            where = "in replayed code" if key.is_made_outside else "in the step"
            yield self.finding(
                key.site_in(body),
                f"`{key.name}` is made of {key.effect.shown} {where}: another attempt sends another one"
                f"{key.request.trail(body.name)}, so the receiver cannot tell that it has had the request",
                help="Make it in a step of its own and pass the result in, or make it of what identifies the request",
                chain=key.request.hops(),
            )
