"""DUR951: a durable handler is deployed as an ordinary function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.rule import Example, Rule

if TYPE_CHECKING:
    from durable_lint.template.deployment import Deployment

_HANDLER = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_stock(step_context: StepContext, order: dict) -> str:
    return f"reservation of {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(reserve_stock(event))
"""


class NoDurableConfig(Rule):
    """A handler under ``@durable_execution`` is deployed as a function without ``DurableConfig``.

    Lambda then calls it as an ordinary function: with the event alone, without an execution to record steps in. The
    SDK refuses that before the first line of the handler runs ("Unexpected payload provided to start the durable
    execution").

    Add ``DurableConfig`` with an ``ExecutionTimeout`` to the function, or under ``Globals`` to all functions of a SAM
    template that are durable.

    The template is taken as it is written: nothing is reported where an intrinsic function, a macro or another
    transform could bring the configuration, and none of a function whose code does not lie in the project.
    """

    code, name = "DUR951", "no-durable-config"
    severity = Severity.ERROR
    examples = (
        Example(
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: orders.handler  # <- DUR951[E]
      Runtime: python3.13
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: orders.handler
      Runtime: python3.13
      DurableConfig:
        ExecutionTimeout: 3600
        RetentionPeriodInDays: 7
""",
            files={"src/orders.py": _HANDLER},
        ),
        Example(
            title="a handler that another module hands on, and a CloudFormation function",
            name="template.yaml",
            bad="""
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Code: .
      Handler: entry.main  # <- DUR951[E]
      Runtime: python3.13
      Role: !Ref RoleArn
Parameters:
  RoleArn:
    Type: String
""",
            good="""
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Code: .
      Handler: entry.main
      Runtime: python3.13
      Role: !Ref RoleArn
      DurableConfig:
        ExecutionTimeout: 3600
Parameters:
  RoleArn:
    Type: String
""",
            files={"entry.py": "from orders.process import handler as main\n", "orders/process.py": _HANDLER},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        function = deployment.function
        if deployment.is_durable and function.config is None and not function.hides_config:
            yield self.in_template(
                function.place,
                f"the SDK refuses every call of `{function.handler}`: its handler is durable, and function "
                f"`{function.name}` has no `DurableConfig`",
                help="Add to its properties: DurableConfig: { ExecutionTimeout: 3600 }",
            )
