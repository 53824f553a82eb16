"""DUR114: orchestration that asks whether it is being replayed."""

from __future__ import annotations

from durable_lint.finding import Severity
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect, Kind, Sink
from durable_lint.rule import EffectRule, Example, consequence_of, is_error, worst_sink


class ReplayDependentBranch(EffectRule):
    """Operations under ``if context.is_replaying():`` run on replay but not on the first run, or the other way round.

    Replay works because the code takes the same path every time. A branch on ``is_replaying()`` takes another one by
    definition: the operation behind it has no record where one is expected, or a record that nothing asks for, and
    results shift to the wrong operations. It does not make an effect happen once either: after a crash the same code is
    new again.

    Use ``is_replaying()`` only for what may be left out, such as logging and metrics. What must happen once belongs in
    a step.
    """

    code = "DUR114"
    name = "replay-dependent-branch"
    severity = Severity.WARNING
    kinds = (Kind.REPLAYING,)
    remedy = "take the same path every time; what must happen once belongs in a step"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def greet(step_context: StepContext, guest: str) -> str:
    return f"hello {guest}"


@durable_step
def check_in(step_context: StepContext, guest: str) -> str:
    return f"room for {guest}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if not context.is_replaying():  # <- DUR114[W]
        context.step(greet(event["guest"]))
    return {"room": context.step(check_in(event["guest"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def greet(step_context: StepContext, guest: str) -> str:
    return f"hello {guest}"


@durable_step
def check_in(step_context: StepContext, guest: str) -> str:
    return f"room for {guest}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if not context.is_replaying():
        context.logger.info("a guest arrives")
    context.step(greet(event["guest"]))
    return {"room": context.step(check_in(event["guest"]))}
""",
        ),
        Example(
            title="asked in a helper, and an early return",
            files={
                "replays.py": """
from aws_durable_execution_sdk_python import DurableContext


def is_first_run(context: DurableContext) -> bool:
    replaying = context.is_replaying()  # <- DUR114[W]
    return not replaying
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from replays import is_first_run


@durable_step
def check_in(step_context: StepContext, guest: str) -> str:
    return f"room for {guest}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if not is_first_run(context):
        return {"room": None}
    return {"room": context.step(check_in(event["guest"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from replays import is_first_run


@durable_step
def check_in(step_context: StepContext, guest: str) -> str:
    return f"room for {guest}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if is_first_run(context):
        context.logger.info("a guest arrives")
    return {"room": context.step(check_in(event["guest"]))}
""",
        ),
    )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """Only where an operation or the outside world comes to depend on it; names are DUR112's."""
        return is_error(effect) and worst_sink(effect) is not Sink.OPERATION_NAME

    def message(self, effect: Effect) -> str:
        """Which path is taken."""
        return f"{effect.shown} is another answer on replay and {consequence_of(worst_sink(effect))}"
