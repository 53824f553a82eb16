"""Requirements 3-*: child contexts."""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python import (
    ChildContextError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import ChildConfig, Duration

from tests.runtime.conformance.handlers.step import ONCE, UpperCase, broken, every_second, flaky, same
from tests.runtime.conformance.registry import die_in_a_running_step, first_time, requirement

# A child context's result is kept up to 256 KiB; above that its body runs again on replay.
LARGE = 300_000


def log_again_on_replay(child: DurableContext, message: str) -> None:
    """Log through the logger below the durable one, which alone leaves out what a replay repeats."""
    child.logger.get_logger().info(message, extra={"executionArn": child.execution_context.durable_execution_arn})


@durable_with_child_context
def one_step(child: DurableContext, value: str) -> str:
    return child.step(same(value))


@durable_with_child_context
def failing_step(child: DurableContext) -> None:
    child.step(broken(), config=ONCE)


@durable_with_child_context
def step_then_wait(child: DurableContext, value: str) -> str:
    result = child.step(same(value))
    child.wait(Duration.from_seconds(1))
    return result


@requirement("3-1")
@durable_execution
def child_with_a_step(event: str, context: DurableContext) -> str:
    return context.run_in_child_context(one_step(event))


@requirement("3-2")
@durable_execution
def named_child(event: dict[str, str], context: DurableContext) -> str:
    return context.run_in_child_context(one_step(event["value"]), name=event["name"])


@requirement("3-3")
@durable_execution
def child_with_two_steps(event: str, context: DurableContext) -> str:
    @durable_with_child_context
    def passed_on(child: DurableContext) -> str:
        return child.step(same(child.step(same(event))))

    return context.run_in_child_context(passed_on())


@requirement("3-4")
@durable_execution
def failing_child(event: None, context: DurableContext) -> None:
    context.run_in_child_context(failing_step())


@requirement("3-5")
@durable_execution
def caught_child(event: str, context: DurableContext) -> str:
    try:
        context.run_in_child_context(failing_step())
    except ChildContextError:
        return context.step(same(event), name="recovery")
    return "nothing was raised"


@requirement("3-6")
@durable_execution
def nested_children(event: str, context: DurableContext) -> str:
    @durable_with_child_context
    def outer(child: DurableContext) -> str:
        return child.run_in_child_context(one_step(child.step(same(event))), name="inner")

    return context.run_in_child_context(outer())


@requirement("3-7")
@durable_execution
def child_with_a_retry(event: str, context: DurableContext) -> str:
    @durable_with_child_context
    def second_attempt(child: DurableContext) -> str:
        return child.step(flaky(1, event), config=every_second(3))

    return context.run_in_child_context(second_attempt())


@requirement("3-8")
@durable_execution
def child_without_retries_left(event: None, context: DurableContext) -> None:
    @durable_with_child_context
    def used_up(child: DurableContext) -> None:
        child.step(broken(), config=every_second(2))

    context.run_in_child_context(used_up())


@requirement("3-9")
@durable_execution
def replayed_child(event: str, context: DurableContext) -> str:
    result = context.run_in_child_context(one_step(event))
    context.wait(Duration.from_seconds(1))
    return result


@requirement("3-10")
@durable_execution
def suspending_child(event: str, context: DurableContext) -> str:
    return context.run_in_child_context(step_then_wait(event))


@requirement("3-11")
@durable_execution
def large_child(event: str, context: DurableContext) -> int:
    @durable_with_child_context
    def inflated(child: DurableContext) -> str:
        log_again_on_replay(child, f"building from {event}")
        return child.step(same("x")) * LARGE

    size = len(context.run_in_child_context(inflated()))
    context.wait(Duration.from_seconds(1))
    return size


@requirement("3-12", dies=True)
@durable_execution
def interrupted_child(event: str, context: DurableContext) -> str:
    @durable_step
    def crashes_first(step: StepContext) -> str:
        if first_time(context.execution_context.durable_execution_arn):
            die_in_a_running_step()
        return event

    @durable_with_child_context
    def interrupted(child: DurableContext) -> str:
        return child.step(crashes_first())

    return context.run_in_child_context(interrupted())


@requirement("3-13")
@durable_execution
def child_with_a_wait(event: str, context: DurableContext) -> str:
    @durable_with_child_context
    def waited(child: DurableContext) -> str:
        child.wait(Duration.from_seconds(1))
        return event

    return context.step(same(context.run_in_child_context(waited())))


@requirement("3-14")
@durable_execution
def child_with_own_serdes(event: str, context: DurableContext) -> str:
    return context.run_in_child_context(one_step(event), config=ChildConfig(serdes=UpperCase()))


@requirement("3-15")
@durable_execution
def raising_child(event: None, context: DurableContext) -> None:
    @durable_with_child_context
    def raising(child: DurableContext) -> None:
        raise RuntimeError("no operation came to this")

    context.run_in_child_context(raising())


@requirement("3-16")
@durable_execution
def child_without_result(event: None, context: DurableContext) -> Any:
    @durable_with_child_context
    def nothing(child: DurableContext) -> None:
        return None

    return context.run_in_child_context(nothing())


@requirement("3-17")
@durable_execution
def logging_child(event: str, context: DurableContext) -> str:
    @durable_with_child_context
    def logged(child: DurableContext) -> str:
        log_again_on_replay(child, f"in the child: {event}")
        return event

    result = context.run_in_child_context(logged())
    context.wait(Duration.from_seconds(1))
    return result


@requirement("3-18")
@durable_execution
def suspending_in_and_after_a_child(event: str, context: DurableContext) -> str:
    result = context.step(same(context.run_in_child_context(step_then_wait(event))))
    context.wait(Duration.from_seconds(1))
    return result
