"""DUR705: a wait, timeout or delay that is no duration, or one that nothing accepts."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.contract import version_dependent
from durable_lint.model.durations import TIMEDELTA, Defect, Misfit, misfits, spelled
from durable_lint.model.module import Module
from durable_lint.rule import Example, Rule, unparsed

_WORDS = {
    "builtins.int": "a number",
    "builtins.float": "a number",
    "builtins.str": "text",
    "builtins.NoneType": "None",
    TIMEDELTA: "a timedelta",
    "sdk.Duration": "a Duration already",
}


class InvalidDuration(Rule):
    """What should be a Duration is a number or a timedelta, or is too short or too long for what it is for.

    The SDK asks every wait, timeout and delay for its ``to_seconds()``; a number, a timedelta or None has none, and the
    execution ends with an AttributeError: for a timeout when the callback is made, for a delay at the first failure
    that should have been tried again. Durations count whole seconds. ``from_seconds(0.5)`` is a Duration of zero: a
    wait of it raises ValidationError, a timeout of it means that there is none. The service takes waits and delays of
    366 days at most, and callback timeouts of up to 99,999,999 seconds.

    Make it with ``Duration.from_seconds``, ``from_minutes``, ``from_hours`` or ``from_days``.
    """

    code = "DUR705"
    name = "invalid-duration"
    fixes = (Safety.SAFE,)
    fix_help = (
        "A number of whole seconds becomes `Duration.from_seconds(...)`, a timedelta the Duration of the same length. "
        "No fix where the unit is in doubt (a name that tells of minutes or milliseconds, a callback that would wait "
        "for less than a minute), for a value that callers choose, for unknown numbers and for what the SDK refuses."
    )
    examples = (
        Example(
            bad="""
from datetime import timedelta

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def ask(step_context: StepContext, callback_id: str) -> str:
    return f"asked with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(30, name="settle_wait")  # <- DUR705[E]
    context.wait(timedelta(hours=2), name="night_wait")  # <- DUR705[E]
    context.wait(Duration.from_seconds(0.5), name="short_wait")  # <- DUR705[E]
    context.wait(Duration.from_days(400), name="long_wait")  # <- DUR705[E]
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=3600))  # <- DUR705[E]
    context.step(ask(answer.callback_id))
    return {"answer": answer.result()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def ask(step_context: StepContext, callback_id: str) -> str:
    return f"asked with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_seconds(30), name="settle_wait")
    context.wait(Duration.from_hours(2), name="night_wait")
    context.wait(Duration.from_seconds(1), name="short_wait")
    context.wait(Duration.from_days(366), name="long_wait")
    timeout = CallbackConfig(timeout=Duration.from_seconds(3600))
    answer = context.create_callback(name="answer_callback", config=timeout)
    context.step(ask(answer.callback_id))
    return {"answer": answer.result()}
""",
            fixed="""
from datetime import timedelta

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def ask(step_context: StepContext, callback_id: str) -> str:
    return f"asked with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_seconds(30), name="settle_wait")
    context.wait(Duration.from_hours(2), name="night_wait")
    context.wait(Duration.from_seconds(0.5), name="short_wait")  # <- DUR705[E]
    context.wait(Duration.from_days(400), name="long_wait")  # <- DUR705[E]
    answer = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_seconds(3600)))
    context.step(ask(answer.callback_id))
    return {"answer": answer.result()}
""",
        ),
        Example(
            title="delays from another module",
            files={
                "pauses.py": """
from datetime import timedelta

FIRST = 5
BETWEEN = timedelta(minutes=1, seconds=30)
""",
            },
            bad="""
import pauses
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

RETRIES = RetryStrategyConfig(
    initial_delay=pauses.FIRST,  # <- DUR705[E]
    max_delay=pauses.BETWEEN,  # <- DUR705[E]
)
PATIENT = StepConfig(retry_strategy=create_retry_strategy(RETRIES))


@durable_step
def load(step_context: StepContext, page: int) -> str:
    return f"page {page}"


def pause(ctx: DurableContext) -> None:
    ctx.wait(pauses.BETWEEN, name="page_wait")  # <- DUR705[E]


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.step(load(1), name="load_first", config=PATIENT)
    pause(context)
    return context.step(load(2), name="load_second", config=PATIENT)
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

BETWEEN = Duration.from_seconds(90)
RETRIES = RetryStrategyConfig(initial_delay=Duration.from_seconds(5), max_delay=BETWEEN)
PATIENT = StepConfig(retry_strategy=create_retry_strategy(RETRIES))


@durable_step
def load(step_context: StepContext, page: int) -> str:
    return f"page {page}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.step(load(1), name="load_first", config=PATIENT)
    context.wait(BETWEEN, name="page_wait")
    return context.step(load(2), name="load_second", config=PATIENT)
""",
            fixed="""
import pauses
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

RETRIES = RetryStrategyConfig(
    initial_delay=Duration.from_seconds(pauses.FIRST),
    max_delay=Duration.from_seconds(pauses.BETWEEN.total_seconds()),
)
PATIENT = StepConfig(retry_strategy=create_retry_strategy(RETRIES))


@durable_step
def load(step_context: StepContext, page: int) -> str:
    return f"page {page}"


def pause(ctx: DurableContext) -> None:
    ctx.wait(Duration.from_seconds(pauses.BETWEEN.total_seconds()), name="page_wait")


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.step(load(1), name="load_first", config=PATIENT)
    pause(context)
    return context.step(load(2), name="load_second", config=PATIENT)
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Values in calls of the SDK that it cannot take for durations."""
        for misfit in misfits(body):
            if not version_dependent(misfit.site.module, misfit.call.node):
                yield self.finding(
                    misfit.site,
                    _message(misfit),
                    help=_help(misfit),
                    fix=rewrite.durations.as_duration(body, misfit),
                )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """The same at the top of a file and in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)


def _message(misfit: Misfit) -> str:
    what, seconds = misfit.given.parameter.name, spelled(misfit.seconds or 0)
    text = "it" if misfit.given.node is None else unparsed(misfit.given.node, 40)
    match misfit.defect:
        case Defect.TYPE:
            return f"{text} is {_WORDS[misfit.kind]}, no Duration: `{what}` raises AttributeError{_when(misfit)}"
        case Defect.UNMAKEABLE:
            return f"{text} is {_WORDS[misfit.kind]}: no Duration can be made of it (TypeError)"
        case Defect.TOO_SHORT:
            return f"a wait of {seconds} raises ValidationError: less than one second"
        case Defect.CUT_OFF:
            return f"a timeout of {seconds} is cut off to zero, which means that there is none"
    return (
        f"{seconds} is longer than the service takes, which is {spelled(misfit.place.longest if misfit.place else 0)}"
    )


def _when(misfit: Misfit) -> str:
    use = misfit.place.use if misfit.place is not None else ""
    return {"timeout": " when the callback is made", "delay": " at the first failure"}.get(use, "")


def _help(misfit: Misfit) -> str:
    if misfit.defect in (Defect.TYPE, Defect.UNMAKEABLE):
        return "Write Duration.from_seconds(...), from_minutes(...), from_hours(...) or from_days(...)"
    return "Give it a length that the SDK takes: whole seconds, at least one"
