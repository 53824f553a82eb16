"""DUR806: a wait that delays nothing."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.granularity import pointless_waits
from durable_lint.rule import Example, Rule


class PointlessWait(Rule):
    """A wait has nothing to delay.

    A wait ends the invocation and starts another one later, with a replay. That is worth it between two things of which
    the second must not come too early. At the end of a handler it only keeps the result back; right after another wait
    it makes one wait into two; a few seconds at the very start give time to nothing, since nothing has been started.

    Remove it, or make one of two. A wait in a branch or child context is left alone, since it may limit how fast others
    follow; so is a long one at the start, for which an execution may have been made.
    """

    code = "DUR806"
    name = "pointless-wait"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def start_oven(step_context: StepContext, degrees: int) -> str:
    return f"oven at {degrees}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(5), name="start_wait")  # <- DUR806[I]
    oven = context.step(start_oven(event["degrees"]))
    context.wait(Duration.from_minutes(10), name="heating_wait")  # <- DUR806[I]
    return oven
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def start_oven(step_context: StepContext, degrees: int) -> str:
    return f"oven at {degrees}"


@durable_step
def put_bread_in(step_context: StepContext, oven: str) -> str:
    return f"bread in {oven}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    oven = context.step(start_oven(event["degrees"]))
    context.wait(Duration.from_minutes(10), name="heating_wait")
    return context.step(put_bread_in(oven))
""",
        ),
        Example(
            title="two in a row, one in a helper",
            files={
                "pauses.py": """
from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import Duration


def rest(context: DurableContext, name: str) -> None:
    context.wait(Duration.from_minutes(30), name=name)
""",
            },
            bad="""
import pauses
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    dough = context.step(lambda _: " ".join(["dough", event["flour"]]), name="knead_dough")
    pauses.rest(context, "dough_wait")
    context.wait(Duration.from_minutes(15), name="second_dough_wait")  # <- DUR806[I]
    return context.step(lambda _: dough.upper(), name="bake_bread")
""",
            good="""
import pauses
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    dough = context.step(lambda _: " ".join(["dough", event["flour"]]), name="knead_dough")
    pauses.rest(context, "dough_wait")
    folded = context.step(lambda _: dough.title(), name="fold_dough")
    pauses.rest(context, "second_dough_wait")
    return context.step(lambda _: folded.upper(), name="bake_bread")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Waits of a handler that it could do without."""
        for operation, reason in pointless_waits(body) if body.reports else ():
            yield self.finding(
                operation.place,
                f"this wait delays nothing: {reason}",
                help="Remove it, or put it between what must not follow too early",
                chain=operation.hops(),
            )
