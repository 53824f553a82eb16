"""How long to wait for others, and how long between attempts."""

from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, JitterStrategy, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_execution
def ask_for_override(event: dict, context: DurableContext) -> dict:
    # The night assistant answers within four minutes; one more for the walk to the telephone.
    callback = context.create_callback(
        name="override_callback", config=CallbackConfig(timeout=Duration.from_minutes(5))
    )
    return {"callback_id": callback.callback_id}


@durable_execution
def survey_field(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(
        name="survey_callback",
        config=CallbackConfig(
            timeout=Duration.from_hours(12),  # the longest night
            heartbeat_timeout=Duration.from_hours(1),  # the robot reports every frame
        ),
    )
    try:
        return {"frames": callback.result()}
    except CallbackTimeoutError:
        return {"frames": None}


def _every(attempts: int, first: int, longest: int) -> StepConfig:
    return StepConfig(
        retry_strategy=create_retry_strategy(
            RetryStrategyConfig(
                max_attempts=attempts,
                initial_delay=Duration.from_seconds(first),
                max_delay=Duration.from_seconds(longest),
                backoff_rate=2.0,
                jitter_strategy=JitterStrategy.NONE,
            )
        )
    )


QUICK = _every(attempts=3, first=1, longest=5)
PATIENT = _every(attempts=5, first=10, longest=60)


@durable_step
def close_shutter(step_context: StepContext, sticks: int) -> str:
    if step_context.attempt <= sticks:
        raise RuntimeError("the shutter sticks")
    return "closed"


@durable_step
def book_archive(step_context: StepContext, busy: int) -> str:
    if step_context.attempt <= busy:
        raise RuntimeError("too many bookings")
    return "booked"


@durable_execution
def end_night(event: dict, context: DurableContext) -> dict:
    shutter = context.step(close_shutter(event["sticks"]), config=QUICK)
    archive = context.step(book_archive(event["busy"]), config=PATIENT)
    return {"shutter": shutter, "archive": archive}
