"""Requirements 6-*: polling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_durable_execution_sdk_python import (
    DurableContext,
    DurableExecutionsError,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import Duration, JitterStrategy
from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext
from aws_durable_execution_sdk_python.types import WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitStrategyConfig, create_wait_strategy

from tests.runtime.conformance.registry import requirement


class Reversed(SerDes[str]):
    """Text, written backwards behind a mark."""

    def serialize(self, value: str, _: SerDesContext) -> str:
        return "reversed:" + value[::-1]

    def deserialize(self, data: str, _: SerDesContext) -> str:
        return data.removeprefix("reversed:")[::-1]


def polling(
    state: Any,
    goes_on: Callable[[Any], bool],
    *,
    seconds: float = 1,
    max_attempts: int = 60,
    serdes: SerDes[Any] | None = None,
) -> WaitForConditionConfig[Any]:
    """Poll from ``state`` at a fixed interval for as long as ``goes_on`` says so."""
    strategy = create_wait_strategy(
        WaitStrategyConfig(
            should_continue_polling=goes_on,
            max_attempts=max_attempts,
            initial_delay=Duration.from_seconds(seconds),
            backoff_rate=1,
            jitter_strategy=JitterStrategy.NONE,
        )
    )
    return WaitForConditionConfig(wait_strategy=strategy, initial_state=state, serdes=serdes)


def incremented(state: int, check: WaitForConditionCheckContext) -> int:
    return state + 1


def counting(start: int, end: int, **config: Any) -> WaitForConditionConfig[Any]:
    return polling(start, lambda state: state < end, **config)


def unreachable(state: Any, check: WaitForConditionCheckContext) -> Any:
    raise RuntimeError("the thing to poll is gone")


@requirement("6-1")
@durable_execution
def counter(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(incremented, counting(0, event))


@requirement("6-2")
@durable_execution
def met_at_once(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(lambda state, check: state, counting(5, event))


@requirement("6-3")
@durable_execution
def named_counter(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(incremented, counting(0, event), name="poll-status")


@requirement("6-4")
@durable_execution
def counter_from_five(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(incremented, counting(5, event))


@requirement("6-5")
@durable_execution
def fixed_interval(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(incremented, counting(0, event, seconds=2))


@requirement("6-6")
@durable_execution
def never_met(event: int, context: DurableContext) -> int:
    return context.wait_for_condition(incremented, polling(event, lambda state: True, max_attempts=3))


@requirement("6-7")
@durable_execution
def raising_check(event: None, context: DurableContext) -> Any:
    return context.wait_for_condition(unreachable, counting(0, 1))


@requirement("6-8")
@durable_execution
def caught_check(event: None, context: DurableContext) -> Any:
    try:
        return context.wait_for_condition(unreachable, counting(0, 1))
    except DurableExecutionsError:
        return "recovered"


@requirement("6-9")
@durable_execution
def object_as_state(event: None, context: DurableContext) -> dict[str, Any]:
    def looked_up(state: dict[str, Any], check: WaitForConditionCheckContext) -> dict[str, Any]:
        attempts = state["attempts"] + 1
        return {"status": "DONE" if attempts >= 2 else "PENDING", "attempts": attempts}

    return context.wait_for_condition(
        looked_up, polling({"status": "PENDING", "attempts": 0}, lambda state: state["status"] == "PENDING")
    )


@requirement("6-10")
@durable_execution
def no_state(event: None, context: DurableContext) -> None:
    return context.wait_for_condition(lambda state, check: None, polling(None, lambda state: False))


@requirement("6-11")
@durable_execution
def own_serdes(event: None, context: DurableContext) -> str:
    return context.wait_for_condition(
        lambda state, check: state + "x", polling("", lambda state: len(state) < 2, serdes=Reversed())
    )


@requirement("6-12")
@durable_execution
def step_after_polling(event: int, context: DurableContext) -> int:
    @durable_step
    def tenfold(step: StepContext, value: int) -> int:
        return value * 10

    return context.step(tenfold(context.wait_for_condition(incremented, counting(0, event))))


@requirement("6-13")
@durable_execution
def two_polls(event: None, context: DurableContext) -> int:
    first = context.wait_for_condition(incremented, counting(0, 2))
    return context.wait_for_condition(incremented, counting(first, 4))
