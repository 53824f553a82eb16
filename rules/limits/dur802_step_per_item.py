"""DUR802: one step for each item."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.granularity import per_item
from durable_lint.rule import Example, Rule


class StepPerItem(Rule):
    """A loop runs one step for each item.

    Each step is recorded with a request of its own, and the next one begins only when it is: a thousand items wait for
    a thousand checkpoints, one after the other. Each also counts against the 3,000 operations of an execution.

    Let a step take a batch (`items[i : i + 10]`), or run the items at the same time with `context.map`. Silent where a
    round needs the one before or ends the loop, where the loop also waits, asks or invokes, for a few known items, and
    where the step's name carries the item (`f"bill_{customer}"`), since then each is meant to be seen in the history.
    """

    code = "DUR802"
    name = "step-per-item"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def grade(answer: dict) -> int:
    return len(answer["text"])


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    grades = []
    for number, answer in enumerate(event["answers"]):
        grades.append(context.step(lambda _, answer=answer: grade(answer), name=f"grade_{number}"))  # <- DUR802[I]
    return grades
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def grade(step_context: StepContext, answers: list) -> list:
    return [len(answer["text"]) for answer in answers]


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    answers, grades = event["answers"], []
    for first in range(0, len(answers), 10):
        grades.extend(context.step(grade(answers[first : first + 10]), name=f"grade_from_{first}"))
    return grades
""",
        ),
        Example(
            title="in a comprehension, by a helper",
            files={
                "labels.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def print_label(step_context: StepContext, parcel: str) -> str:
    return f"label of {parcel}"


def label(context: DurableContext, parcel: str) -> str:
    return context.step(print_label(parcel))
""",
            },
            bad="""
import labels
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return [labels.label(context, parcel) for parcel in event["parcels"]]  # <- DUR401[W], DUR802[I]
""",
            good="""
import labels
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import MapConfig


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    printed = context.map(
        event["parcels"],
        lambda ctx, parcel, index, parcels: labels.label(ctx, parcel),
        name="labels",
        config=MapConfig(max_concurrency=10),
    )
    printed.throw_if_error()
    return printed.get_results()
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Loops of this body with a step for each item."""
        for found in per_item(body) if body.reports else ():
            yield self.finding(
                found.operation.place,
                f"one step for each item of {found.items}: as many checkpoints, one after the other",
                help="Let each step take a batch of items, or run them with context.map(...)",
                chain=found.operation.hops(),
            )
