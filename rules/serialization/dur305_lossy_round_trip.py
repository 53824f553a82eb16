"""DUR305: a result that comes back as something else."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.payloads import Fate
from durable_lint.model.results import recorded
from durable_lint.rule import Example, Rule


class LossyRoundTrip(Rule):
    """An operation's result changes its type on the way through the checkpoint, without an error.

    The serializer writes what a value looks like, not what it is. Keys of a dict become text, whatever they were:
    `weeks[1]` is a KeyError afterwards. A namedtuple comes back as a tuple without names, a Counter, a defaultdict or
    any other dict of your own as a plain dict, an IntEnum as a number, a bytearray as bytes, `nan` as text that is
    not JSON. The code that made the value and the code that uses it see different types, on the first run and on
    every replay.

    Return what comes back: text keys, `value._asdict()`, `dict(counter)`, `status.value`.
    """

    code = "DUR305"
    name = "lossy-round-trip"
    severity = Severity.WARNING
    examples = (
        Example(
            title="numbers as keys",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def hours_by_week(step_context: StepContext, shifts: list[dict]) -> dict[int, float]:
    hours = {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0}
    for shift in shifts:
        hours[shift["week"]] += shift["hours"]
    return hours  # <- DUR305[W]


@durable_execution
def handler(event: dict, context: DurableContext) -> float:
    hours = context.step(hours_by_week(event["shifts"]))
    return hours[1]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def hours_by_week(step_context: StepContext, shifts: list[dict]) -> dict[str, float]:
    hours = {"1": 0.0, "2": 0.0, "3": 0.0, "4": 0.0}
    for shift in shifts:
        hours[str(shift["week"])] += shift["hours"]
    return hours


@durable_execution
def handler(event: dict, context: DurableContext) -> float:
    hours = context.step(hours_by_week(event["shifts"]))
    return hours["1"]
""",
        ),
        Example(
            title="a namedtuple and a Counter",
            bad="""
from collections import Counter
from typing import NamedTuple

from aws_durable_execution_sdk_python import DurableContext, durable_execution


class Hours(NamedTuple):
    plain: float
    surcharged: float


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    hours = context.step(lambda _: Hours(sum(event["plain"]), 0.0), name="split_hours")  # <- DUR305[W]
    words = context.step(lambda _: Counter(event["remarks"]), name="count_remarks")  # <- DUR305[W]
    return {"plain": hours[0], "remarks": len(words)}
""",
            good="""
from collections import Counter
from typing import NamedTuple

from aws_durable_execution_sdk_python import DurableContext, durable_execution


class Hours(NamedTuple):
    plain: float
    surcharged: float


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    hours = context.step(lambda _: Hours(sum(event["plain"]), 0.0)._asdict(), name="split_hours")
    words = context.step(lambda _: dict(Counter(event["remarks"])), name="count_remarks")
    return {"plain": hours["plain"], "remarks": len(words)}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Parts of what this body's operations record that come back as another type."""
        for found in recorded(body, Fate.CHANGED):
            trouble = found.trouble
            yield self.finding(
                trouble.site,
                f"{trouble.what} in {found.whole} comes back from the checkpoint as {trouble.becomes}",
                help=f"Return {trouble.remedy or trouble.becomes + '(...)'}, so that both sides see the same type",
            )
