"""DUR955: a wait or a callback's timeout that is longer than the execution may last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.model.durations import spelled
from durable_lint.rule import Example, Rule
from durable_lint.template.terms import EXECUTION_TIMEOUT

if TYPE_CHECKING:
    from durable_lint.model.deployed import Waiting
    from durable_lint.template.deployment import Deployment

_REMINDERS = """
from aws_durable_execution_sdk_python import DurableContext, durable_execution

from follow_up import COOLING_OFF, remind


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.wait(COOLING_OFF, name="cooling_off_wait")
    return context.step(remind(event["customer"]))
"""

_FOLLOW_UP = """
from aws_durable_execution_sdk_python import StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration

COOLING_OFF = Duration.from_days(14)


@durable_step
def remind(step_context: StepContext, customer: str) -> str:
    return f"reminder for {customer}"
"""

_APPROVAL = """
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackError


@durable_step
def pay(step_context: StepContext, invoice: str) -> str:
    return f"payment of {invoice}"


@durable_step
def ask_again(step_context: StepContext, invoice: str) -> str:
    return f"question about {invoice}"


def send_question(callback_id, callback_context):
    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:1:questions", Message=callback_id)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    try:
        context.wait_for_callback(
            send_question, name="approval_callback", config=WaitForCallbackConfig(timeout=Duration.from_hours(48))
        )
    except CallbackError:
        return context.step(ask_again(event["invoice"]))
    return context.step(pay(event["invoice"]))
"""


class OutlastsExecution(Rule):
    """A wait, or the timeout of a callback, is as long as the function's ``ExecutionTimeout`` or longer.

    ``ExecutionTimeout`` limits the whole execution, with all its waits. An execution that gets to such a wait never
    gets behind it: it ends as timed out. A callback may be answered before, but its own timeout cannot end it, so that
    the code that handles the timeout never runs; that is a warning.

    Give the execution more time than its waits take together, or let it wait for less.

    Lengths are followed through variables and modules, also into helpers, child contexts and branches. What is not
    known, in the code or in the template, is left out; waits are not added up.
    """

    code, name = "DUR955", "outlasts-execution"
    severity = Severity.ERROR
    examples = (
        Example(
            title="a wait of two weeks in an execution of a day",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Reminders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: reminders.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 86400  # <- DUR955[E]
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Reminders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: reminders.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 1296000
""",
            files={"src/reminders.py": _REMINDERS, "src/follow_up.py": _FOLLOW_UP},
        ),
        Example(
            title="a callback that outlasts the execution",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Approval:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: approval.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 86400  # <- DUR955[W]
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Approval:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: approval.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 259200
""",
            files={"src/approval.py": _APPROVAL},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        limit, written = deployment.number(EXECUTION_TIMEOUT), deployment.setting(EXECUTION_TIMEOUT)
        if limit is None or written is None or not deployment.is_durable:
            return
        late = [waiting for waiting in deployment.waitings if waiting.seconds >= limit > 0]
        if not late:
            return
        worst = next((waiting for waiting in late if waiting.is_wait), late[0])
        others = f" (and {len(late) - 1} more)" if len(late) > 1 else ""
        yield self.in_template(
            written.place,
            f"{_what_fails(worst)}: executions of `{deployment.function.handler}` end after {spelled(limit)}{others}",
            help=f"Give the execution more than {worst.seconds:,} seconds, or let it wait for less",
            severity=Severity.ERROR if worst.is_wait else Severity.WARNING,
            chain=(written.place.hop(EXECUTION_TIMEOUT), worst.site.hop(worst.what)),
        )


def _what_fails(waiting: Waiting) -> str:
    if waiting.is_wait:
        return f"an execution never gets behind its wait of {spelled(waiting.seconds)}"
    return f"the timeout of a callback, {spelled(waiting.seconds)}, never comes"
