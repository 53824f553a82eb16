"""DUR209: operations and outside effects in cleanup code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.effects import Access, Effect, Kind
from durable_lint.rule import Example, Rule


class OperationInCleanup(Rule):
    """Cleanup code round an operation runs at every suspension, not once at the end.

    When an operation suspends the execution, an exception unwinds the handler: every ``finally``, ``__exit__`` and
    ``except BaseException`` on the way runs, and runs again after each replay. An operation there is started while the
    execution is being left, out of order; a request or a file that is written there is written at each suspension.

    Put the work after the block and, for failures, into ``except`` clauses for the SDK's errors. Cleaning up memory and
    logging in ``finally`` is fine.
    """

    code = "DUR209"
    name = "operation-in-cleanup"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def lock(step_context: StepContext, room: str) -> str:
    return f"locked {room}"


@durable_step
def unlock(step_context: StepContext, room: str) -> str:
    return f"unlocked {room}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(lock(event["room"]))
    try:
        context.wait(Duration.from_hours(2), name="meeting_wait")
    finally:
        context.step(unlock(event["room"]))  # <- DUR209[E]
    return {"room": event["room"]}
""",
            good="""
from aws_durable_execution_sdk_python import (
    DurableContext,
    DurableExecutionsError,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def lock(step_context: StepContext, room: str) -> str:
    return f"locked {room}"


@durable_step
def unlock(step_context: StepContext, room: str) -> str:
    return f"unlocked {room}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(lock(event["room"]))
    try:
        context.wait(Duration.from_hours(2), name="meeting_wait")
    except DurableExecutionsError:
        context.step(unlock(event["room"]), name="unlock_after_failure")
        raise
    finally:
        context.logger.info("leaving the room")
    context.step(unlock(event["room"]))
    return {"room": event["room"]}
""",
        ),
        Example(
            title="in a clause that catches everything",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def act(step_context: StepContext, what: str) -> str:
    return f"{what}: done"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    booked = []
    try:
        for part in ("flight", "hotel"):
            booked.append(context.step(act(f"book {part}"), name=f"book_{part}"))
        context.wait(Duration.from_hours(1), name="confirmation_wait")
    except BaseException as error:
        context.logger.warning("the trip is off: %s", error)
        for number, part in enumerate(reversed(booked)):
            context.step(act(f"cancel {part}"), name=f"cancel_{number}")  # <- DUR209[E]
        raise
    return {"booked": booked}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.exceptions import SuspendExecution


@durable_step
def act(step_context: StepContext, what: str) -> str:
    return f"{what}: done"


def cancel(context: DurableContext, booked: list[str], error: BaseException) -> None:
    if isinstance(error, SuspendExecution):
        return
    for number, part in enumerate(reversed(booked)):
        context.step(act(f"cancel {part}"), name=f"cancel_{number}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    booked = []
    try:
        for part in ("flight", "hotel"):
            booked.append(context.step(act(f"book {part}"), name=f"book_{part}"))
        context.wait(Duration.from_hours(1), name="confirmation_wait")
    except SuspendExecution:
        raise
    except BaseException:
        for number, part in enumerate(reversed(booked)):
            context.step(act(f"cancel {part}"), name=f"cancel_{number}")
        raise
    try:
        booked.append(context.step(act("book tour")))
    except BaseException as error:
        cancel(context, booked, error)
        raise
    return {"booked": booked}
""",
        ),
        Example(
            title="in the managers of a with block",
            files={
                "audit.py": """
from contextlib import contextmanager

import boto3

log = boto3.resource("dynamodb").Table("audit")


class Recorded:
    def __init__(self, order: str) -> None:
        self.order = order

    def __enter__(self) -> "Recorded":
        return self

    def __exit__(self, *error: object) -> None:
        log.put_item(Item={"order": self.order})


@contextmanager
def recorded(order: str):
    try:
        yield
    finally:
        log.put_item(Item={"order": order})


def record(order: str) -> str:
    log.put_item(Item={"order": order})
    return order
""",
            },
            bad="""
import audit
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order: str) -> str:
    return f"parcel of {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with audit.Recorded(event["order"]):  # <- DUR209[E]
        parcel = context.step(ship(event["order"]))
    with audit.recorded(event["order"]):  # <- DUR209[E]
        second = context.step(ship(event["order"]), name="ship_again")
    return {"parcel": parcel, "second": second}
""",
            good="""
import audit
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order: str) -> str:
    with audit.Recorded(order):
        return f"parcel of {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = context.step(ship(event["order"]))
    second = context.step(ship(event["order"]), name="ship_again")
    context.step(lambda _: audit.record(event["order"]), name="record_order")
    return {"parcel": parcel, "second": second}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """What replayed code does in cleanup that is not only for itself."""
        if not body.reports:
            return
        places: set[ast.AST] = set()
        for operation in body.operations.values():
            place = operation.place
            if operation.in_cleanup and place.node not in places:
                places.add(place.node)
                trail = f" ({operation.trail(body.name)})" if operation.via else ""
                yield self.finding(
                    place,
                    f"{operation.label} in cleanup code is started at every suspension, while the execution is being "
                    f"left{trail}",
                    help="Put it after the block, and into except clauses for the SDK's errors",
                    chain=operation.hops(),
                )
        for effect in body.effects_of(Kind.NETWORK, Kind.FILE, Kind.PROCESS):
            if effect.in_cleanup and effect.site.node not in places:
                places.add(effect.site.node)
                yield self._outside(body, effect)

    def _outside(self, body: Body, effect: Effect) -> Finding:
        trail = f" ({effect.trail()})" if effect.through_helper else ""
        return self.of_effect(
            body,
            effect,
            f"{effect.source} in cleanup code happens at every suspension, not once at the end{trail}",
            help="Put it into a step after the block, and into except clauses for the SDK's errors",
            severity=Severity.WARNING if effect.access is Access.READ else Severity.ERROR,
        )
