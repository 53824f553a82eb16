"""DUR213: a handler that works on a DurableContext and lacks the decorator."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.rule import Example, Rule


class HandlerNotDecorated(Rule):
    """Without ``@durable_execution`` a handler gets Lambda's context, which has no operations.

    The decorator is what turns an invocation into a durable execution: it reads the history, makes the DurableContext
    and answers in the form that the service expects. Without it the first ``context.step`` fails with AttributeError,
    and nothing is recorded.

    Put ``@durable_execution`` on the handler. A function that the handler calls is not meant: give it another name.
    """

    code = "DUR213"
    name = "handler-not-decorated"
    severity = Severity.WARNING
    fixes = (Safety.SAFE,)
    fix_help = (
        "Decorates the handler. A handler that has decorators already is left alone: some of them want Lambda's own "
        "context and belong above `@durable_execution`, others below."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def greet(step_context: StepContext, name: str) -> str:
    return f"hello {name}"


def lambda_handler(event: dict, context: DurableContext) -> dict:  # <- DUR213[W]
    return {"greeting": context.step(greet(event["name"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def greet(step_context: StepContext, name: str) -> str:
    return f"hello {name}"


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return {"greeting": context.step(greet(event["name"]))}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def greet(step_context: StepContext, name: str) -> str:
    return f"hello {name}"


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return {"greeting": context.step(greet(event["name"]))}
""",
        ),
        Example(
            title="without annotations; wrapped in a call",
            bad="""
from aws_durable_execution_sdk_python import durable_step


@durable_step
def greet(step_context, name):
    return f"hello {name}"


def handler(event, context):  # <- DUR213[W]
    return {"greeting": context.step(greet(event["name"]))}
""",
            good="""
from aws_durable_execution_sdk_python import durable_execution, durable_step


@durable_step
def greet(step_context, name):
    return f"hello {name}"


def handler(event, context):
    return {"greeting": context.step(greet(event["name"]))}


lambda_handler = durable_execution(handler)
""",
            fixed="""
from aws_durable_execution_sdk_python import durable_execution, durable_step


@durable_step
def greet(step_context, name):
    return f"hello {name}"


@durable_execution
def handler(event, context):
    return {"greeting": context.step(greet(event["name"]))}
""",
        ),
    )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Handlers that nothing makes durable."""
        for node in module.bare_handlers:
            yield self.finding(
                Site(module, node),
                f"{node.name} is not decorated: Lambda calls it with its own context, which has no operations, and "
                "nothing is recorded",
                help="Put @durable_execution on it",
                fix=rewrite.handlers.decorated(module, node),
            )
