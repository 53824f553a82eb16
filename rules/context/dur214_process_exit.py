"""DUR214: ending the process, or changing its signals, in durable code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Kind
from durable_lint.rule import Example, Rule


class ProcessExit(Rule):
    """Ending the process ends the invocation, not the execution.

    Lambda sees a crashed invocation: nothing of what went before the exit since the last checkpoint is recorded, and
    the execution is started again, runs into the same exit, and fails in the end without a useful error. A signal
    handler outlives the execution that set it, in a process that serves others.

    Return from the handler to end an execution, or raise an error to fail it or the step; both are recorded.
    """

    code = "DUR214"
    name = "process-exit"
    examples = (
        Example(
            bad="""
import sys

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load(step_context: StepContext, key: str) -> str:
    if not key:
        sys.exit("no key")  # <- DUR214[E]
    return f"text of {key}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    text = context.step(load(event["key"]))
    if not text:
        raise SystemExit  # <- DUR214[E]
    return {"text": text}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load(step_context: StepContext, key: str) -> str:
    if not key:
        raise ValueError("no key")
    return f"text of {key}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    text = context.step(load(event["key"]))
    if not text:
        return {"text": None}
    return {"text": text}
""",
        ),
        Example(
            title="through a helper of another module",
            files={
                "checks.py": """
import os


def require(condition: bool) -> None:
    if not condition:
        give_up()


def give_up() -> None:
    os._exit(1)


def is_complete(order: dict) -> bool:
    return bool(order)
""",
            },
            bad="""
import checks
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order: dict) -> str:
    return f"parcel of {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    checks.require(bool(event["order"]))  # <- DUR214[E]
    return {"parcel": context.step(ship(event["order"]))}
""",
            good="""
import checks
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order: dict) -> str:
    return f"parcel of {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if not checks.is_complete(event["order"]):
        return {"parcel": None}
    return {"parcel": context.step(ship(event["order"]))}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Exits and signals in durable bodies, replayed or step, also through plain helpers."""
        if not (body.reports or body.kind is not BodyKind.PLAIN):
            return
        places: set[ast.AST] = set()
        for effect in body.effects_of(Kind.EXIT):
            if effect.site.node in places:
                continue
            places.add(effect.site.node)
            trail = f" ({effect.trail()})" if effect.through_helper else ""
            yield self.finding(
                effect.site,
                f"{effect.source} {effect.reason}: nothing is recorded of it, and the next invocation runs into it "
                f"again{trail}",
                help="Return to end the execution, or raise an error to fail it: both are recorded",
                chain=effect.hops() if effect.through_helper else (),
            )
