"""DUR401: rounds of a loop that record operations under one name."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.naming import repeated
from durable_lint.rule import Example, Rule


class UnnamedInLoop(Rule):
    """An operation in a loop has no name of its own in each round.

    On replay the SDK finds a recorded operation by its position and checks it by its name. In a loop all positions
    carry the same name (or none), so the check is blind: when the list has another order or another length on replay,
    round 3 takes the recorded result of what was round 2, and nobody notices. The history shows twenty times
    `inspect_parcel` with no way to tell which one failed.

    Build the name from what differs: `name=f"inspect_parcel_{parcel['id']}"`, or from the index where nothing else
    does.
    """

    code = "DUR401"
    name = "unnamed-in-loop"
    severity = Severity.WARNING
    examples = (
        Example(
            title="the decorated function's name, and a fixed one",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def inspect_parcel(step_context: StepContext, parcel: dict) -> bool:
    return parcel["weight"] > 0


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    good = 0
    for parcel in event["parcels"]:
        if context.step(inspect_parcel(parcel)):  # <- DUR401[W]
            good += 1
        context.wait(Duration.from_seconds(5), name="belt_wait")  # <- DUR401[W]
    return {"good": good}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def inspect_parcel(step_context: StepContext, parcel: dict) -> bool:
    return parcel["weight"] > 0


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    good = 0
    for number, parcel in enumerate(event["parcels"]):
        if context.step(inspect_parcel(parcel), name=f"inspect_parcel_{parcel['id']}"):
            good += 1
        context.wait(Duration.from_seconds(5), name=f"belt_wait_{number}")
    return {"good": good}
""",
        ),
        Example(
            title="through a helper",
            files={
                "mailing.py": """
from aws_durable_execution_sdk_python import DurableContext


def send_letter(context: DurableContext, letter: dict, name: str = "send_letter") -> str:
    return context.step(lambda _: letter["address"], name=name)
"""
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from mailing import send_letter


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return [send_letter(context, letter) for letter in event["letters"]]  # <- DUR401[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from mailing import send_letter


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return [send_letter(context, letter, name=f"send_letter_{letter['id']}") for letter in event["letters"]]
""",
        ),
        Example(
            title="trying again until it works",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    for attempt in range(3):
        try:
            return context.step(lambda _: event["door"], name="open_door")  # <- DUR401[W]
        except StepError:
            context.logger.warning("locked", extra={"attempt": attempt})
    return "locked"
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    for attempt in range(3):
        try:
            return context.step(lambda _: event["door"], name=f"open_door_{attempt}")
        except StepError:
            context.logger.warning("locked", extra={"attempt": attempt})
    for door in event["others"]:
        if door["open"]:
            return context.step(lambda _: door["id"], name="use_other_door")
    return "locked"
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Operations that loops of this body repeat under one name."""
        if not body.is_replayed:
            return
        for found in repeated(body):
            operation = found.operation
            called = f"under the name {found.name}" if found.name else "without a name"
            trail = f" ({operation.trail(body.name)})" if operation.via else ""
            base = (found.name if found.name.isidentifier() else "") or operation.implicit_name or operation.kind.value
            yield self.finding(
                operation.place,
                f"every round of the loop records this {operation.noun} {called}: "
                f"when the rounds differ on replay, one silently takes the result of another{trail}",
                help=f'Put what varies into the name: name=f"{base}_{{{found.varies or "number"}}}"',
                chain=operation.hops(),
            )
