"""DUR956: a role without the permissions that durable functions need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.rule import Example, Rule
from durable_lint.template.terms import CHECKPOINT, ROLE_POLICY

if TYPE_CHECKING:
    from durable_lint.template.deployment import Deployment

_HANDLER = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def settle_invoice(step_context: StepContext, invoice: str) -> str:
    return f"settlement of {invoice}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(settle_invoice(event["invoice"]))
"""

_FUNCTION = """
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: billing.handler
      Runtime: python3.13
      Role: !GetAtt BillingRole.Arn
      DurableConfig:
        ExecutionTimeout: 3600
"""


class MissingDurablePermissions(Rule):
    """The role of a durable function does not allow what the SDK calls while the function runs.

    Every checkpoint is a call of ``lambda:CheckpointDurableExecution``: without it the first step fails with an
    ``AccessDeniedException``, in every execution. Histories that do not fit into the event are read with
    ``lambda:GetDurableExecutionState``: where only that is missing, short executions pass and long ones fail, which is
    a warning.

    Add the managed policy ``AWSLambdaBasicDurableExecutionRolePolicy``, which allows both and logging, or allow both
    actions in a policy of the role. SAM does so itself for functions without a ``Role``.

    Only a role that can be read as a whole is judged: with a managed policy that is not known to lack them, an
    intrinsic function among the policies, or a policy that is attached by a name, nothing is reported. Resources and
    conditions of statements are not looked at.
    """

    code, name = "DUR956", "missing-durable-permissions"
    severity = Severity.ERROR
    examples = (
        Example(
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  BillingRole:  # <- DUR956[E]
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"""
            + _FUNCTION,
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  BillingRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy"""
            + _FUNCTION,
            files={"src/billing.py": _HANDLER},
        ),
        Example(
            title="histories cannot be read",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  BillingRole:  # <- DUR956[W]
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: durable
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: lambda:CheckpointDurableExecution
                Resource: "*\""""
            + _FUNCTION,
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  BillingRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: durable
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [lambda:CheckpointDurableExecution, lambda:GetDurableExecutionState]
                Resource: "*\""""
            + _FUNCTION,
            files={"src/billing.py": _HANDLER},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        function = deployment.function
        if not deployment.is_durable or (function.config is None and not function.hides_config):
            return
        role = deployment.role
        if role is None or not role.lacks:
            return
        is_fatal = CHECKPOINT in role.lacks
        consequence = "fails at its first checkpoint" if is_fatal else "fails where its history is long"
        yield self.in_template(
            role.place,
            f"`{function.handler}` {consequence}: role `{role.name}` does not allow {' and '.join(role.lacks)}",
            help=f"Add the managed policy service-role/{ROLE_POLICY}, or allow the actions in a policy of the role",
            severity=Severity.ERROR if is_fatal else Severity.WARNING,
        )
