"""DUR401: rounds of a loop that record operations under one name."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
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
    fixes = (Safety.SAFE,)
    fix_help = (
        "Puts what the loop offers behind the name: an index, the number of a range, a key, an id that the round reads "
        "already; where it offers nothing, the loop gets an index. A helper that is called in a loop is left alone, "
        "and so is `while` without a counter."
    )
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
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def inspect_parcel(step_context: StepContext, parcel: dict) -> bool:
    return parcel["weight"] > 0


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    good = 0
    for index, parcel in enumerate(event["parcels"]):
        if context.step(inspect_parcel(parcel), name=f"inspect_parcel_{index}"):
            good += 1
        context.wait(Duration.from_seconds(5), name=f"belt_wait_{index}")
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
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    for attempt in range(3):
        try:
            return context.step(lambda _: event["door"], name=f"open_door_{attempt}")
        except StepError:
            context.logger.warning("locked", extra={"attempt": attempt})
    return "locked"
""",
        ),
        Example(
            title="what each kind of loop offers",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def count_shelf(step_context: StepContext, shelf: object) -> int:
    return 1


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    for number, shelf in enumerate(event["shelves"], start=1):
        context.step(  # <- DUR401[W]
            count_shelf(shelf),  # books too
        )
    for aisle, shelf in event["by_aisle"].items():
        context.step(count_shelf(shelf), f"count_{event['hall']}")  # <- DUR401[W]
    for shelf in event["high"]:
        if context.step(count_shelf(shelf["shelf_id"]), name="count-high"):  # <- DUR401[W]
            context.wait(Duration.from_minutes(2))  # <- DUR401[W]
    tries = 0
    while tries < event["tries"]:
        tries += 1
        context.wait(Duration.from_minutes(tries), name="ladder_wait")  # <- DUR401[W]
    while event["open"]:
        context.step(count_shelf("door"))  # <- DUR401[W]
    return [context.step(count_shelf(box)) for box in event["low"]]  # <- DUR401[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_shelf(step_context: StepContext, shelf: object) -> int:
    return 1


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return [context.step(count_shelf(shelf), name=f"count_{number}") for number, shelf in enumerate(event["low"])]
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def count_shelf(step_context: StepContext, shelf: object) -> int:
    return 1


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    for number, shelf in enumerate(event["shelves"], start=1):
        context.step(
            count_shelf(shelf),  # books too
            name=f"count_shelf_{number}",
        )
    for aisle, shelf in event["by_aisle"].items():
        context.step(count_shelf(shelf), f"count_{event['hall']}_{aisle}")
    for shelf in event["high"]:
        if context.step(count_shelf(shelf["shelf_id"]), name=f"count-high-{shelf['shelf_id']}"):
            context.wait(Duration.from_minutes(2), name=f"wait_2_minutes_{shelf['shelf_id']}")
    tries = 0
    while tries < event["tries"]:
        tries += 1
        context.wait(Duration.from_minutes(tries), name=f"ladder_wait_{tries}")
    while event["open"]:
        context.step(count_shelf("door"))  # <- DUR401[W]
    return [context.step(count_shelf(box), name=f"count_shelf_2_{index}") for index, box in enumerate(event["low"])]
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
                fix=rewrite.renaming.told_apart(body, operation),
            )
