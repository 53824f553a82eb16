"""DUR308: a secret that is written into the history."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.results import secrets
from durable_lint.rule import Example, Rule


class SecretInCheckpoint(Rule):
    """A step or child context returns a secret, which is then stored in the execution's history.

    Whatever an operation returns is recorded, kept for as long as the history is, and shown to everybody who may look
    at executions. A password or a token from Secrets Manager or a SecureString parameter does not belong there. It
    also outlives its rotation: a replay next week uses the token that was recorded today.

    Fetch the secret inside the step that uses it, and return only what came of the call.
    """

    code = "DUR308"
    name = "secret-in-checkpoint"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import boto3
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

vault = boto3.client("secretsmanager")


@durable_step
def read_token(step_context: StepContext) -> str:
    return vault.get_secret_value(SecretId="shop/token")["SecretString"]  # <- DUR308[I]


@durable_step
def order_paper(step_context: StepContext, token: str) -> int:
    answer = requests.post("https://shop.example/orders", headers={"Authorization": token}, timeout=10)
    return answer.status_code


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    token = context.step(read_token())
    return context.step(order_paper(token))
""",
            good="""
import boto3
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

vault = boto3.client("secretsmanager")


@durable_step
def order_paper(step_context: StepContext) -> int:
    token = vault.get_secret_value(SecretId="shop/token")["SecretString"]
    answer = requests.post("https://shop.example/orders", headers={"Authorization": token}, timeout=10)
    return answer.status_code


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    return context.step(order_paper())
""",
        ),
        Example(
            title="through a helper, in a dict",
            files={
                "vault.py": """
import json

import boto3

parameters = boto3.client("ssm")


def login(name: str) -> dict:
    answer = parameters.get_parameter(Name=name, WithDecryption=True)
    return json.loads(answer["Parameter"]["Value"])
"""
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from vault import login


@durable_with_child_context
def prepare(child_context: DurableContext, customer: str) -> dict:
    account = child_context.step(lambda _: customer.lower(), name="find_account")
    child_context.step(lambda _: login("shop")["password"], name="log_in")  # <- DUR308[I]
    return {"account": account}


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(prepare(event["customer"]))["account"]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from vault import login


@durable_with_child_context
def prepare(child_context: DurableContext, customer: str) -> dict:
    account = child_context.step(lambda _: customer.lower(), name="find_account")
    known = child_context.step(lambda _: bool(login("shop")["password"]), name="log_in")
    return {"account": account, "known": known}


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(prepare(event["customer"]))["account"]
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Results of this body's operations that hold a secret."""
        for found in secrets(body):
            yield self.finding(
                found.site,
                f"{found.whole} holds a secret that {found.effect.reason}: it stays in the execution's history and "
                "outlives its rotation on replay",
                help="Fetch the secret in the step that uses it and return only what came of the call",
                chain=found.effect.hops(),
            )
