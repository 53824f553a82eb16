"""DUR201: a durable operation inside a step."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety, Severity
from durable_lint.model.body import Body, BodyKind, ContextArgument
from durable_lint.model.things import Prepared
from durable_lint.rule import Example, Rule

_SHIFTS = "a replay skips it, misses this operation and gives every later one the wrong id"
_CONSEQUENCES = {
    BodyKind.STEP: f"runs inside a step: {_SHIFTS}",
    BodyKind.SUBMITTER: f"runs inside a submitter, which is a step: {_SHIFTS}",
    BodyKind.CHECK: "runs inside a wait_for_condition check: the execution hangs, or later operations get wrong ids",
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
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "The step becomes a child context and is run as one by all its callers in the project; its operations run on "
        "its own context. No fix where the step does something else that a replay would do again, is configured, "
        "catches errors, or is used in a way that cannot be followed."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_room(step_context: StepContext, booking: dict) -> str:
    return f"room for {booking['guest']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(step_context: StepContext) -> str:
        room = context.step(reserve_room(event["booking"]))  # <- DUR201[E]
        return room

    room = context.step(book, name="book_room")
    return {"room": room}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_room(step_context: StepContext, booking: dict) -> str:
    return f"room for {booking['guest']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(ctx: DurableContext) -> str:
        room = ctx.step(reserve_room(event["booking"]))
        return room

    room = context.run_in_child_context(book, name="book_room")
    return {"room": room}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_room(step_context: StepContext, booking: dict) -> str:
    return f"room for {booking['guest']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def book(ctx: DurableContext) -> str:
        room = ctx.step(reserve_room(event["booking"]))
        return room

    room = context.run_in_child_context(book, name="book_room")
    return {"room": room}
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
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from billing import charge_later


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    receipt = context.run_in_child_context(lambda ctx: charge_later(ctx, event["cents"]), name="charge_customer")
    return {"receipt": receipt}
""",
        ),
        Example(
            title="a context handed to a step of another module",
            files={
                "labels.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def print_label(step_context: StepContext, context, parcel: str) -> str:
    context.wait(Duration.from_minutes(5), name="printer_wait")  # <- DUR201[E]
    return f"label of {parcel}"
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from labels import print_label


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"label": context.step(print_label(context, event["parcel"]))}  # <- DUR201[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_minutes(5), name="printer_wait")
    return {"label": context.step(lambda _: f"label of {event['parcel']}", name="print_label")}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from labels import print_label


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"label": context.run_in_child_context(print_label(event["parcel"]))}
""",
            fixed_files={
                "labels.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration


@durable_with_child_context
def print_label(context, parcel: str) -> str:
    context.wait(Duration.from_minutes(5), name="printer_wait")
    return f"label of {parcel}"
""",
            },
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
            yield self._handed_over(body, argument)

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
                fix=rewrite.child_context.in_child_context(body) if body.kind is BodyKind.STEP else None,
            )

    def _handed_over(self, body: Body, argument: ContextArgument) -> Finding:
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
            fix=self._fix(body, argument),
        )

    def _fix(self, body: Body, argument: ContextArgument) -> Fix | None:
        """The fix of the step that gets the context, as it stands at the step's own operations."""
        for operation in body.own_operations:
            for called in operation.called:
                if any(isinstance(thing, Prepared) and thing.site == argument.site for thing in called.value.things):
                    return next(
                        (rewrite.child_context.in_child_context(step) for step in called.bodies if step.operations),
                        None,
                    )
        return None
