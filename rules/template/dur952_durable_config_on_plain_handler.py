"""DUR952: an ordinary handler is deployed as a durable function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity
from durable_lint.rule import Example, Rule

if TYPE_CHECKING:
    from durable_lint.template.deployment import Deployment

_DURABLE = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def register_order(step_context: StepContext, order: dict) -> str:
    return f"order {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(register_order(event))
"""

_PLAIN = """
def handler(event, context):
    return {"statusCode": 200, "body": event["pathParameters"]["order"]}
"""


class DurableConfigOnPlainHandler(Rule):
    """A function has a ``DurableConfig``, and its handler is not under ``@durable_execution``.

    Lambda then starts a durable execution and calls the handler with an envelope: the execution's ARN, a checkpoint
    token and its state, the event inside as text. The handler finds none of the keys that it reads, and what it
    returns is no answer that Lambda understands, so the execution fails.

    Decorate the handler, or take ``DurableConfig`` away. Under ``Globals`` it counts for every function of a SAM
    template, the ordinary ones too: write it in the durable ones instead.

    Nothing is reported where the handler cannot be seen to be ordinary: it has a decorator of the project's own, or it
    leads to anything that speaks of durable functions. A handler that uses a ``DurableContext`` and only lacks the
    decorator is DUR213's.
    """

    code, name = "DUR952", "durable-config-on-plain-handler"
    severity = Severity.ERROR
    examples = (
        Example(
            title="a configuration for all functions",
            name="template.yaml",
            bad="""
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    CodeUri: src/
    Runtime: python3.13
    DurableConfig:
      ExecutionTimeout: 3600
Resources:
  PlaceOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: place_order.handler
  ShowOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: show_order.handler  # <- DUR952[E]
""",
            good="""
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    CodeUri: src/
    Runtime: python3.13
Resources:
  PlaceOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: place_order.handler
      DurableConfig:
        ExecutionTimeout: 3600
  ShowOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: show_order.handler
""",
            files={"src/place_order.py": _DURABLE, "src/show_order.py": _PLAIN},
        ),
        Example(
            name="template.yaml",
            bad="""
Resources:
  ShowOrder:
    Type: AWS::Lambda::Function
    Properties:
      Code: src/
      Handler: show_order.handler
      Runtime: python3.13
      DurableConfig:  # <- DUR952[E]
        ExecutionTimeout: 3600
""",
            good="""
Resources:
  ShowOrder:
    Type: AWS::Lambda::Function
    Properties:
      Code: src/
      Handler: show_order.handler
      Runtime: python3.13
""",
            files={"src/show_order.py": _PLAIN},
        ),
    )

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        function = deployment.function
        if function.config is None or not deployment.is_plain:
            return
        inherited = "" if function.config.is_own else " from `Globals`"
        yield self.in_template(
            function.config.place if function.config.is_own else function.place,
            f"`{function.handler}` gets the envelope of a durable execution instead of its event: it is not under "
            f"`@durable_execution`, and function `{function.name}` has a `DurableConfig`{inherited}",
            help="Decorate the handler with @durable_execution, or take DurableConfig away from this function",
        )
