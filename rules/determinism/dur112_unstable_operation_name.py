"""DUR112: operation names that are others on replay."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.model.effects import Sink
from durable_lint.rule import Example, Rule, trail_of


class UnstableOperationName(Rule):
    """An operation whose name contains a time, a random number or an id has another name on every replay.

    The SDK compares the name of each operation with the one it has recorded in its place. When they differ the
    execution fails with ``NonDeterministicExecutionError``: it is not retried, and everything done so far is lost.
    Clocks, random numbers, unique ids, host names, ``id()``, request ids and the order of a set all do this, through
    helpers and variables too.

    Build names from what is the same on every replay: constants, the event, results of earlier operations, the index of
    a loop.
    """

    code = "DUR112"
    name = "unstable-operation-name"
    examples = (
        Example(
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def export(step_context: StepContext, table: str) -> str:
    return f"export of {table}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"file": context.step(export(event["table"]), name=f"export_{time.time_ns()}")}  # <- DUR112[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def export(step_context: StepContext, table: str) -> str:
    return f"export of {table}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"file": context.step(export(event["table"]), name=f"export_{event['table']}")}
""",
        ),
        Example(
            title="names made by a helper, and handed to one",
            files={
                "naming.py": """
import socket
import uuid


def on_host(base: str) -> str:
    return f"{base}_{socket.gethostname()}"


def unique(base: str) -> str:
    return "-".join([base, str(uuid.uuid4())])
""",
                "charging.py": """
from aws_durable_execution_sdk_python import DurableContext


def charge(context: DurableContext, cents: int, label: str) -> int:
    return context.step(lambda _: cents, name=label)
""",
            },
            bad="""
import naming
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from charging import charge


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(lambda _: event["order"], name=naming.on_host("store_order"))  # <- DUR112[E]
    charged = charge(context, event["cents"], naming.unique("charge"))  # <- DUR112[E]
    return {"charged": charged}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from charging import charge


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(lambda _: event["order"], name="store_order")
    charged = charge(context, event["cents"], f"charge_{event['order']}")
    return {"charged": charged}
""",
        ),
        Example(
            title="a name from the outer function, in a child context",
            bad="""
from datetime import date

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    today = date.today().isoformat()

    def close(ctx: DurableContext) -> int:
        return ctx.step(lambda _: len(event["orders"]), name="close_day_" + today)  # <- DUR112[E]

    return {"closed": context.run_in_child_context(close, name="close_day")}
""",
            good="""
from datetime import date

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    today = context.step(lambda _: date.today().isoformat(), name="read_date")

    def close(ctx: DurableContext) -> int:
        return ctx.step(lambda _: len(event["orders"]), name="close_day_" + today)

    return {"closed": context.run_in_child_context(close, name="close_day")}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """One finding for each name; a name that a helper is handed is reported where its value is made."""
        if not body.is_replayed:
            return
        for site, effects in body.unstable_names():
            first, *others = effects
            yield self.finding(
                site,
                f"this name is another one on every replay, which fails the execution: it depends on {first.shown}"
                f"{trail_of(first, len(others))}; build it from constants, the event or earlier results",
                sink=Sink.OPERATION_NAME.value,
                chain=first.hops() if first.through_helper else (),
            )
