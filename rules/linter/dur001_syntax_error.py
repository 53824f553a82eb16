"""DUR001: a file that cannot be parsed."""

from __future__ import annotations

from durable_lint.rule import Example, Rule


class UnparsableFile(Rule):
    """A file cannot be read as Python, so nothing in it has been checked.

    The rest of the run goes on. A helper that cannot be parsed is reported as well when durable code imports it,
    because what it does stays unknown, and what is unknown gives no findings. When the code is right but newer than
    the Python that runs durable-lint, the message says so: run durable-lint with the version that the code is written
    for.
    """

    code = "DUR001"
    name = "syntax-error"
    produced_by_engine = True
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["name"]), name="read_name")  # <- DUR001[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["name"], name="read_name")
""",
        ),
    )
