"""DUR501: step code that changes what lives outside the step."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.mutations import lost_in
from durable_lint.model.records import Lost
from durable_lint.rule import Example, Rule


class CapturedMutationInStep(Rule):
    """A change that a step makes to something outside it is gone after the next replay.

    Once a step has finished, a replay takes its recorded result and does not run it again. What it appended to a list
    of the handler, assigned with ``nonlocal`` or ``global``, or set on an object exists only in the process that ran
    the step; after a wait, a callback, a retry or a crash the function goes on with the list empty, the counter at
    zero, the attribute unset. The same holds for a child context that has finished.

    Return what the step has found out and change the variable with the result, in replayed code. It is an error where
    code outside the step reads what was changed, a warning where nothing in sight does. Clients and caches that are
    made when they are first needed, and kept for the process, are not reported.
    """

    code = "DUR501"
    name = "captured-mutation-in-step"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcels = []
    weight = 0

    def pack(step_context: StepContext) -> str:
        nonlocal weight
        weight += 12  # <- DUR501[E]
        parcels.append("P1")  # <- DUR501[E]
        return "P1"

    context.step(pack, name="pack_parcel")
    context.wait(Duration.from_hours(2), name="pickup_wait")
    return {"parcels": parcels, "weight": weight}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcels = []
    weight = 0

    def pack(step_context: StepContext) -> dict:
        return {"parcel": "P1", "weight": 12}

    packed = context.step(pack, name="pack_parcel")
    parcels.append(packed["parcel"])
    weight += packed["weight"]
    context.wait(Duration.from_hours(2), name="pickup_wait")
    return {"parcels": parcels, "weight": weight}
""",
        ),
        Example(
            title="module state, an object that a helper fills, and a change that nobody reads",
            files={
                "ledger.py": """
class Ledger:
    def __init__(self) -> None:
        self.entries = []

    def enter(self, cents: int) -> None:
        self.entries.append(cents)


def note(days: dict, cents: int) -> None:
    days["today"] = cents
""",
            },
            bad="""
import boto3

import ledger
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

_queue = None
charged = 0


def queue() -> object:
    global _queue
    if _queue is None:
        _queue = boto3.client("sqs")
    return _queue


@durable_step
def charge(step_context: StepContext, cents: int) -> int:
    global charged
    charged += cents  # <- DUR501[E]
    queue().send_message(QueueUrl="charges", MessageBody=str(cents))
    return cents


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    book = ledger.Ledger()
    days = {}
    context.step(charge(event["cents"]))
    context.step(lambda _: book.enter(event["cents"]), name="enter_charge")  # <- DUR501[E]
    context.step(lambda _: ledger.note(days, event["cents"]), name="note_charge")  # <- DUR501[W]
    return {"charged": charged, "entries": book.entries}
""",
            good="""
import boto3

import ledger
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

_queue = None


def queue() -> object:
    global _queue
    if _queue is None:
        _queue = boto3.client("sqs")
    return _queue


@durable_step
def charge(step_context: StepContext, cents: int) -> int:
    queue().send_message(QueueUrl="charges", MessageBody=str(cents))
    return cents


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    book = ledger.Ledger()
    charged = context.step(charge(event["cents"]))
    book.enter(charged)
    return {"charged": charged, "entries": book.entries}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Changes in steps and child contexts that this body starts, of what is neither theirs nor handed to them."""
        for lost in lost_in(body):
            if lost.in_step and not lost.is_argument:
                yield self._finding(lost, "step")
            elif lost.in_child and lost.read is not None:
                yield self._finding(lost, lost.body.kind.value)

    def _finding(self, lost: Lost, runner: str) -> Finding:
        name, read = lost.mutation.name, lost.read
        after = "which nothing reads yet" if read is None else "which is read outside it"
        return self.finding(
            lost.mutation.site,
            f"this {runner} changes {name}, {after}: a replay takes the recorded result and does not make the change",
            help=f"Return the new value, and change {name} with the result of the operation",
            severity=Severity.WARNING if read is None else Severity.ERROR,
            chain=lost.hops(),
        )
