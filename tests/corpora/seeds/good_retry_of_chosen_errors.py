"""Chance inside a step is fine: its result is recorded."""

from random import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_step
def ring_doorbell(step_context: StepContext) -> str:
    """Somebody is at home, or not."""
    if random() > 0.3:
        raise RuntimeError("nobody opened")
    return "opened"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    retry = RetryStrategyConfig(
        max_attempts=4,
        retryable_error_types=[RuntimeError],
    )

    answer = context.step(
        ring_doorbell(),
        config=StepConfig(create_retry_strategy(retry)),
    )
    return answer
