"""DUR602: a step that runs at most once, again and again."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.knowledge import semantics
from durable_lint.model.attempts import AT_MOST_ONCE, Strategy, semantics_of, strategy_of
from durable_lint.model.body import Body
from durable_lint.model.contract import Match, Terms
from durable_lint.model.module import Module
from durable_lint.rule import Example, Rule


class AtMostOnceWithRetries(Rule):
    """A step is configured to run at most once, and its retry strategy runs it again.

    `AT_MOST_ONCE_PER_RETRY` holds for each attempt: an attempt that was interrupted is not repeated, it has failed. A
    failed attempt is then up to the retry strategy, and without one of your own that is `RetryPresets.default()`, which
    makes 6 attempts. A payment whose answer was lost is made up to six times.

    Give such a step `retry_strategy=RetryPresets.none()` (or `max_attempts=1`), and handle its StepError. A strategy
    that retries only errors after which nothing can have happened is left alone; time-outs and lost connections are
    not among these.
    """

    code = "DUR602"
    name = "at-most-once-with-retries"
    severity = Severity.WARNING
    fixes = (Safety.SAFE,)
    fix_help = (
        "The configuration gets `retry_strategy=RetryPresets.none()`. No fix where a strategy with retries was chosen: "
        "which of the two is meant has to be decided."
    )
    examples = (
        Example(
            bad="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics

sns = boto3.client("sns")


@durable_step
def text_driver(step_context: StepContext, phone: str) -> str:
    return sns.publish(PhoneNumber=phone, Message="Your next tour is ready")["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    message = context.step(
        text_driver(event["phone"]),
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY),  # <- DUR602[W]
    )
    return {"message": message}
""",
            good="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, StepError, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets

ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())
sns = boto3.client("sns")


@durable_step
def text_driver(step_context: StepContext, phone: str) -> str:
    return sns.publish(PhoneNumber=phone, Message="Your next tour is ready")["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        message = context.step(text_driver(event["phone"]), config=ONCE)
    except StepError:
        return {"message": None, "call": event["phone"]}
    return {"message": message}
""",
            fixed="""
import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets

sns = boto3.client("sns")


@durable_step
def text_driver(step_context: StepContext, phone: str) -> str:
    return sns.publish(PhoneNumber=phone, Message="Your next tour is ready")["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    message = context.step(
        text_driver(event["phone"]),
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none()),
    )
    return {"message": message}
""",
        ),
        Example(
            title="a strategy from another module, a factory of configurations",
            files={
                "settings.py": """
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

PATIENT = create_retry_strategy(RetryStrategyConfig(max_attempts=4))


def careful(attempts: int) -> StepConfig:
    strategy = create_retry_strategy(RetryStrategyConfig(max_attempts=attempts))
    return StepConfig(strategy, StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602[W]
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from settings import PATIENT, careful

ONCE = StepConfig(retry_strategy=PATIENT, step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)  # <- DUR602[W]


@durable_step
def draw_number(step_context: StepContext, raffle: str) -> str:
    return f"{raffle}-17"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(draw_number(event["raffle"]), name="draw_first_prize", config=ONCE)
    second = context.step(draw_number(event["raffle"]), name="draw_second_prize", config=careful(3))
    return {"winners": [first, second]}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from settings import careful


class DrawRefused(Exception):
    pass


# A refused draw has drawn nothing.
WHEN_REFUSED = create_retry_strategy(RetryStrategyConfig(max_attempts=3, retryable_error_types=[DrawRefused]))


@durable_step
def draw_number(step_context: StepContext, raffle: str) -> str:
    return f"{raffle}-17"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(
        draw_number(event["raffle"]),
        name="draw_first_prize",
        config=StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=WHEN_REFUSED),
    )
    second = context.step(draw_number(event["raffle"]), name="draw_second_prize", config=careful(1))
    return {"winners": [first, second]}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Configurations that a body makes."""
        if body.interpreter is None or not body.sdk_calls:
            return
        terms = Terms(body.interpreter.sdk_line)
        for call in body.sdk_calls.values():
            match = terms.match(call) if call.name == "StepConfig" else None
            strategy = None if match is None else _retrying(match)
            if match is not None and strategy is not None:
                yield self.finding(
                    call.site,
                    f"at most once holds for each attempt, and {strategy.shown} makes up to {strategy.attempts}: what "
                    "the step does may happen as often",
                    help="Give it `retry_strategy=RetryPresets.none()` and handle the StepError",
                    fix=rewrite.strategies.without_retries(match),
                )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Configurations that a file makes at its top, or in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)


def _retrying(match: Match) -> Strategy | None:
    """The strategy of a configuration for at most once, when it does retry."""
    semantics_given, strategy_given = match.of("step_semantics"), match.of("retry_strategy")
    if semantics_given is None or semantics_of(semantics_given.value) != AT_MOST_ONCE:
        return None
    strategy = strategy_of(None if strategy_given is None else strategy_given.value)
    if strategy is None or strategy.attempts is None or strategy.attempts < 2:
        return None
    if strategy.chooses_errors:
        types = strategy.retried_types
        return strategy if types is not None and any(semantics.is_uncertain(name) for name in types) else None
    return strategy
