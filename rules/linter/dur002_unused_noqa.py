"""DUR002: a suppression that suppresses nothing."""

from __future__ import annotations

from durable_lint.finding import Safety, Severity
from durable_lint.rule import Example, Rule


class UnusedNoqa(Rule):
    """A `noqa` comment names a code of ours, and nothing is found on its line.

    The defect it once excused is gone, or the comment stands on another line than the finding. Left in place it hides
    the next defect on that line, which may be one that breaks executions on replay.

    Remove the code, or the comment. Codes of other tools are left alone, and so are rules that are not selected.
    """

    code = "DUR002"
    name = "unused-noqa"
    severity = Severity.WARNING
    produced_by_engine = True
    fixes = (Safety.SAFE,)
    fix_help = (
        "The unused codes go out of the comment, and where no code is left, the comment goes; codes of other tools and "
        "what else was written there stay. No fix where that would make another comment count."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    name = event["name"]  # noqa: DUR101  # <- DUR002[W]
    return context.step(lambda _: name.strip(), name="strip_name")
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    name = event["name"]
    return context.step(lambda _: name.strip(), name="strip_name")
""",
            good="""
import time

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    late = time.time() > event["deadline"]  # noqa: DUR101
    return context.step(lambda _: str(late), name="write_late")
""",
        ),
        Example(
            title="codes of several tools",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    name = event["name"]  # noqa: E501, DUR101, DUR102  # <- DUR002[W]
    return context.step(lambda _: name.strip(), name="strip_name")  # noqa: DUR401 why not  # <- DUR002[W]
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    name = event["name"]  # noqa: E501
    return context.step(lambda _: name.strip(), name="strip_name")  # why not
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    name = event["name"]  # noqa: E501
    return context.step(lambda _: name.strip(), name="strip_name")
""",
        ),
    )
