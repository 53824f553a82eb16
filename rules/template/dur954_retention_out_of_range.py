"""DUR954: a retention period that Lambda does not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.rule import Example, Rule
from durable_lint.template.terms import LONGEST_RETENTION, RETENTION

if TYPE_CHECKING:
    from durable_lint.template.deployment import Deployment

_HANDLER = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def archive_claim(step_context: StepContext, claim: str) -> str:
    return f"archive of {claim}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(archive_claim(event["claim"]))
"""


class RetentionOutOfRange(Rule):
    """The ``RetentionPeriodInDays`` of a durable function is not from 1 to 90.

    Lambda refuses the function, so that the deployment fails. The value says how many days the history of an execution
    is kept once it has ended; 14 without it.

    Write 1 to 90, and let a step write down elsewhere what must be kept for longer. Source: the service model of
    Lambda (``DurableConfig`` in ``CreateFunction``).
    """

    code, name = "DUR954", "retention-out-of-range"
    severity = Severity.ERROR
    examples = (
        Example(
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  ArchiveClaim:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: archive_claim.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 3600
        RetentionPeriodInDays: 365  # <- DUR954[E]
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  ArchiveClaim:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: archive_claim.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 3600
        RetentionPeriodInDays: 90
""",
            files={"src/archive_claim.py": _HANDLER},
        ),
        Example(
            title="a value for all functions",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    DurableConfig:
      RetentionPeriodInDays: 0  # <- DUR954[E]
Resources:
  ArchiveClaim:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: archive_claim.handler
      DurableConfig:
        ExecutionTimeout: 3600
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    DurableConfig:
      RetentionPeriodInDays: 1
Resources:
  ArchiveClaim:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: archive_claim.handler
      DurableConfig:
        ExecutionTimeout: 3600
""",
            files={"src/archive_claim.py": _HANDLER},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        written, days = deployment.setting(RETENTION), deployment.number(RETENTION)
        if written is None or days is None or 1 <= days <= LONGEST_RETENTION:
            return
        yield self.in_template(
            written.place,
            f"Lambda refuses `{deployment.function.name}`: it keeps histories for 1 to {LONGEST_RETENTION} days, "
            f"not for {days:,}",
        )
