"""DUR953: an execution timeout that Lambda does not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.knowledge.durations import durations
from durable_lint.rule import Example, Rule
from durable_lint.template.terms import EXECUTION_TIMEOUT

if TYPE_CHECKING:
    from durable_lint.template.deployment import Deployment

_HANDLER = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def close_account(step_context: StepContext, account: str) -> str:
    return f"closed {account}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(close_account(event["account"]))
"""


class ExecutionTimeoutOutOfRange(Rule):
    """The ``ExecutionTimeout`` of a durable function is less than a second or more than 366 days, or it is missing.

    CloudFormation refuses the function, so that the deployment fails. The value counts seconds, for the execution as a
    whole with all its waits; ``Timeout`` is that of a single invocation.

    Write a number of seconds from 1 to 31,622,400. Source: the service model of Lambda (``DurableConfig`` in
    ``CreateFunction``) and CloudFormation's schema, which demands the value.
    """

    code, name = "DUR953", "execution-timeout-out-of-range"
    severity = Severity.ERROR
    examples = (
        Example(
            title="milliseconds",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  CloseAccount:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: close_account.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 86400000  # <- DUR953[E]
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  CloseAccount:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: close_account.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 86400
""",
            files={"src/close_account.py": _HANDLER},
        ),
        Example(
            title="no timeout at all",
            name="template.yaml",
            bad="""
Resources:
  CloseAccount:
    Type: AWS::Lambda::Function
    Properties:
      Code: src
      Handler: close_account.handler
      Runtime: python3.13
      DurableConfig:  # <- DUR953[E]
        RetentionPeriodInDays: 7
""",
            good="""
Resources:
  CloseAccount:
    Type: AWS::Lambda::Function
    Properties:
      Code: src
      Handler: close_account.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 86400
        RetentionPeriodInDays: 7
""",
            files={"src/close_account.py": _HANDLER},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        function = deployment.function
        if function.config is None or deployment.is_plain:
            return
        written, seconds = deployment.setting(EXECUTION_TIMEOUT), deployment.number(EXECUTION_TIMEOUT)
        longest = durations().longest_execution
        bounds = f"a number of seconds from 1 to {longest:,}"
        if written is None:
            message = f"CloudFormation refuses `{function.name}`: its `DurableConfig` has no `ExecutionTimeout`"
            place = function.config.place if function.config.is_own else function.place
            yield self.in_template(place, message, help=f"Write {bounds}")
        elif seconds is not None and not 1 <= seconds <= longest:
            message = f"Lambda refuses `{function.name}`: an execution cannot last {seconds:,} seconds"
            yield self.in_template(written.place, f"{message}; write {bounds}")
