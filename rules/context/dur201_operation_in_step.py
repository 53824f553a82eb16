"""DUR201: a durable operation inside a step."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body, BodyKind, ContextArgument
from durable_lint.rule import Example, Rule

_SHIFTS = "a replay skips it, misses this operation and gives every later one the wrong id"
_CONSEQUENCES = {
    BodyKind.STEP: f"runs inside a step: {_SHIFTS}",
    BodyKind.SUBMITTER: f"runs inside a submitter, which is a step: {_SHIFTS}",
    BodyKind.CHECK: "runs inside a wait_for_condition check: the execution hangs until it times out",
}


class OperationInStep(Rule):
    """A durable operation that runs inside a step breaks the next replay.

    A step's body runs once; a replay takes its recorded result and does not run the body again. An operation that the
    body started is then missing from the sequence: every later operation is matched with the record of another one,
    and the execution fails with NonDeterministicExecutionError or, without names, goes on with wrong results. The
    same holds for the submitter of ``wait_for_callback`` and the check of ``wait_for_condition``, and for helpers
    they call.

    Make the step a child context, whose operations are recorded one by one, or call the operation before or after the
    step. Do not hand the context to a step: pass the values it needs.
    """

    code = "DUR201"
    name = "operation-in-step"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_room(step_context: StepContext, booking: dict) -> str:
    return f"room for {booking['guest']}"


@durable_step
def send_confirmation(step_context: StepContext, room: str) -> str:
    return f"{room} confirmed"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(step_context: StepContext) -> str:
        room = context.step(reserve_room(event["booking"]))  # <- DUR201[E]
        return room

    room = context.step(book, name="book_room")
    return {"confirmation": context.step(send_confirmation(room))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_room(step_context: StepContext, booking: dict) -> str:
    return f"room for {booking['guest']}"


@durable_step
def send_confirmation(step_context: StepContext, room: str) -> str:
    return f"{room} confirmed"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(ctx: DurableContext) -> str:
        room = ctx.step(reserve_room(event["booking"]))
        return room

    room = context.run_in_child_context(book, name="book_room")
    return {"confirmation": context.step(send_confirmation(room))}
""",
        ),
        Example(
            title="through a helper of another module",
            files={
                "billing.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def charge(step_context: StepContext, cents: int) -> str:
    return f"charged {cents}"


def charge_later(context: DurableContext, cents: int) -> str:
    context.wait(Duration.from_days(14), name="grace_wait")
    return context.step(charge(cents))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from billing import charge_later


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    receipt = context.step(lambda _: charge_later(context, event["cents"]), name="charge_customer")  # <- DUR201[E]
    return {"receipt": receipt}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from billing import charge_later


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    receipt = charge_later(context, event["cents"])
    return {"receipt": receipt}
""",
        ),
        Example(
            title="a context handed to a step",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def print_label(step_context: StepContext, context: DurableContext, parcel: str) -> str:
    context.wait(Duration.from_minutes(5), name="printer_wait")  # <- DUR201[E]
    return f"label of {parcel}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"label": context.step(print_label(context, event["parcel"]))}  # <- DUR201[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def print_label(step_context: StepContext, parcel: str) -> str:
    return f"label of {parcel}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_minutes(5), name="printer_wait")
    return {"label": context.step(print_label(event["parcel"]))}
""",
        ),
        Example(
            title="in the check of a condition",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.types import WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


@durable_step
def read_state(step_context: StepContext, job: str) -> str:
    return f"state of {job}"


def decide(state: str, attempt: int) -> WaitForConditionDecision:
    return WaitForConditionDecision.stop_polling()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def check(state: str, check_context: WaitForConditionCheckContext) -> str:
        return context.step(read_state(event["job"]))  # <- DUR201[E]

    config = WaitForConditionConfig(wait_strategy=decide, initial_state="new")
    return {"state": context.wait_for_condition(check, config, name="wait_for_job")}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.types import WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


def decide(state: str, attempt: int) -> WaitForConditionDecision:
    return WaitForConditionDecision.stop_polling()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def check(state: str, check_context: WaitForConditionCheckContext) -> str:
        return f"state of {event['job']}"

    config = WaitForConditionConfig(wait_strategy=decide, initial_state="new")
    return {"state": context.wait_for_condition(check, config, name="wait_for_job")}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Operations that step code reaches, each at its place in the step's body, and contexts given to steps."""
        consequence = _CONSEQUENCES.get(body.kind)
        if consequence is not None:
            yield from self._reached(body, consequence)
        for argument in body.context_arguments.values():
            yield self._handed_over(argument)

    def _reached(self, body: Body, consequence: str) -> Iterator[Finding]:
        places: set[ast.AST] = set()
        for operation in body.operations.values():
            place = operation.place
            if place.node in places:
                continue
            places.add(place.node)
            trail = f" ({operation.trail(body.name)})" if operation.via else ""
            yield self.finding(
                place,
                f"{operation.label} {consequence}{trail}",
                help="Make the step a child context (context.run_in_child_context), or call the operation outside it",
                chain=operation.hops(),
            )

    def _handed_over(self, argument: ContextArgument) -> Finding:
        if argument.is_harmless:
            return self.finding(
                argument.site,
                "a DurableContext is handed to a step: an operation on it would shift all later ones on replay",
                help="Pass the values that the step needs; a step has a logger of its own in its step context",
                severity=Severity.WARNING,
            )
        return self.finding(
            argument.site,
            "a DurableContext is handed to a step: a replay skips what the step does with it, and all later "
            "operations get wrong ids",
            help="Pass the values that the step needs, or make the step a child context",
        )
