"""Requirements 1-*: one unit of work, its retries and what a replay makes of it."""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import Duration, JitterStrategy, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import (
    RetryDecision,
    RetryPresets,
    RetryStrategyConfig,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext

from tests.runtime.conformance.registry import die, requirement

ONCE = StepConfig(retry_strategy=RetryPresets.none())


class TransientError(Exception):
    """The kind of failure that is worth another try."""


class UpperCase(SerDes[str]):
    """Writes text in capitals, with no quotes around it."""

    def serialize(self, value: str, _: SerDesContext) -> str:
        return value.upper()

    def deserialize(self, data: str, _: SerDesContext) -> str:
        return data


def every_second(max_attempts: int) -> StepConfig:
    """A step's retries one second apart."""
    return StepConfig(
        retry_strategy=create_retry_strategy(
            RetryStrategyConfig(
                max_attempts=max_attempts,
                initial_delay=Duration.from_seconds(1),
                backoff_rate=1,
                jitter_strategy=JitterStrategy.NONE,
            )
        )
    )


def retry_transient(error: Exception, attempt: int) -> RetryDecision:
    if isinstance(error, TransientError):
        return RetryDecision.retry(Duration.from_seconds(1))
    return RetryDecision.no_retry()


def retry_all_but_transient(error: Exception, attempt: int) -> RetryDecision:
    if isinstance(error, TransientError):
        return RetryDecision.no_retry()
    return RetryDecision.retry(Duration.from_seconds(1))


@durable_step
def greeting(step: StepContext, name: str) -> str:
    return f"Hello, {name}!"


@durable_step
def same(step: StepContext, value: Any) -> Any:
    return value


@durable_step
def broken(step: StepContext) -> None:
    raise RuntimeError("out of order")


@durable_step
def flaky(step: StepContext, failures: int, result: str) -> str:
    if step.attempt <= failures:
        raise RuntimeError(f"attempt {step.attempt} failed")
    return result


@requirement("1-1")
@durable_execution
def one_step(event: str, context: DurableContext) -> str:
    return context.step(greeting(event))


@requirement("1-2")
@durable_execution
def named_step(event: str, context: DurableContext) -> str:
    return context.step(greeting(event), name="custom_step_name")


@requirement("1-3")
@durable_execution
def dependent_steps(event: None, context: DurableContext) -> str:
    first = context.step(same("first"))
    return context.step(same(f"{first}_second"))


@requirement("1-4")
@durable_execution
def nested_result(event: dict[str, Any], context: DurableContext) -> dict[str, Any]:
    @durable_step
    def profile(step: StepContext) -> dict[str, Any]:
        return {"user": {"name": event["name"], "tags": event["tags"]}, "count": len(event["tags"])}

    return context.step(profile())


@requirement("1-5")
@durable_execution
def no_result(event: None, context: DurableContext) -> None:
    return context.step(same(None))


@requirement("1-6")
@durable_execution
def own_serdes(event: str, context: DurableContext) -> str:
    return context.step(same(event), config=StepConfig(serdes=UpperCase()))


@requirement("1-7")
@durable_execution
def logging_step(event: str, context: DurableContext) -> str:
    @durable_step
    def logged_greeting(step: StepContext) -> str:
        step.logger.info("Greeting step started for: %s", event)
        result = f"Hello, {event}!"
        step.logger.info("Greeting step completed with: %s", result)
        return result

    return context.step(logged_greeting())


@requirement("1-8")
@durable_execution
def step_then_wait(event: None, context: DurableContext) -> str:
    result = context.step(same("computed"))
    context.wait(Duration.from_seconds(2))
    return result


@requirement("1-9")
@durable_execution
def replayed_success(event: None, context: DurableContext) -> str:
    @durable_step
    def cached(step: StepContext) -> str:
        step.logger.info("step executed")
        return "cached_value"

    result = context.step(cached())
    context.wait(Duration.from_seconds(1))
    return result


@requirement("1-10")
@durable_execution
def replayed_failure(event: None, context: DurableContext) -> str:
    @durable_step
    def refused(step: StepContext) -> None:
        step.logger.info("step executed")
        raise RuntimeError("refused for good")

    message = "nothing was raised"
    try:
        context.step(refused(), config=ONCE)
    except StepError as error:
        message = str(error)
    context.wait(Duration.from_seconds(1))
    return message


@requirement("1-11")
@durable_execution
def second_attempt(event: None, context: DurableContext) -> str:
    return context.step(flaky(1, "Operation succeeded"), config=every_second(3))


@requirement("1-12")
@durable_execution
def attempts_used_up(event: None, context: DurableContext) -> None:
    context.step(broken(), config=every_second(4))


@requirement("1-13")
@durable_execution
def default_retries(event: None, context: DurableContext) -> str:
    return context.step(flaky(2, "third time lucky"))


@requirement("1-14")
@durable_execution
def own_backoff(event: None, context: DurableContext) -> str:
    strategy = create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=5,
            initial_delay=Duration.from_seconds(2),
            backoff_rate=3,
            jitter_strategy=JitterStrategy.NONE,
        )
    )
    return context.step(flaky(2, "third time lucky"), config=StepConfig(retry_strategy=strategy))


@requirement("1-15")
@durable_execution
def retried_error(event: None, context: DurableContext) -> str:
    @durable_step
    def busy_once(step: StepContext) -> str:
        if step.attempt == 1:
            raise TransientError("busy")
        return "free again"

    return context.step(busy_once(), config=StepConfig(retry_strategy=retry_transient))


@requirement("1-16")
@durable_execution
def unretried_error(event: None, context: DurableContext) -> None:
    @durable_step
    def busy(step: StepContext) -> None:
        raise TransientError("busy")

    context.step(busy(), config=StepConfig(retry_strategy=retry_all_but_transient))


@requirement("1-17", dies=True)
@durable_execution
def interrupted_once(event: str, context: DurableContext) -> None:
    @durable_step
    def at_most_once_flaky_step(step: StepContext) -> None:
        step.logger.info("about to crash: %s", event)
        die()

    context.step(
        at_most_once_flaky_step(),
        config=StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY),
    )


@requirement("1-18", dies=True)
@durable_execution
def interrupted_and_retried(event: str, context: DurableContext) -> str:
    @durable_step
    def crashes_first(step: StepContext) -> str:
        step.logger.info("attempt %s: %s", step.attempt, event)
        if step.attempt == 1:
            die()
        return "succeeded on second attempt"

    config = StepConfig(
        retry_strategy=every_second(3).retry_strategy, step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY
    )
    return context.step(crashes_first(), config=config)


@requirement("1-19")
@durable_execution
def permanent_failure(event: None, context: DurableContext) -> None:
    context.step(broken(), config=ONCE)


@requirement("1-20")
@durable_execution
def caught_failure(event: None, context: DurableContext) -> str:
    try:
        result = context.step(broken(), config=ONCE)
    except StepError:
        result = "fallback_result"
    return context.step(same(result))
