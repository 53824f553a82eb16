"""DUR003: a suppression comment that does something else than it says."""

from __future__ import annotations

from durable_lint.finding import Severity
from durable_lint.rule import Example, Rule


class BlanketNoqa(Rule):
    """A `noqa` silences everything by accident, or names a code that no rule has.

    Only codes are read after `# noqa:`. With a rule's name there, or a code with a dash, the comment is a bare
    `noqa`: it hides every finding of every tool on the line, now and later. A code that does not exist hides nothing
    at all.

    Write the code: `# noqa: DUR101`. `durable-lint rule` lists codes and names. A `noqa` that is bare on purpose is
    not reported.
    """

    code = "DUR003"
    name = "blanket-noqa"
    severity = Severity.WARNING
    produced_by_engine = True
    examples = (
        Example(
            title="a name instead of a code",
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    late = time.time() > event["deadline"]  # noqa: wall-clock  # <- DUR003[W]
    return context.step(lambda _: str(late), name="write_late")
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
            title="a code that no rule has",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["name"], name="read_name")  # noqa: DUR199  # <- DUR003[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["name"], name="read_name")
""",
        ),
    )
