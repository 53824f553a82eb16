"""Exponential delays, as they are printed: the names of the delays belong to an older SDK."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    retry = RetryStrategyConfig(  # expect: DUR901[E]
        max_attempts=4,
        initial_delay_seconds=2,
        max_delay_seconds=30,
        backoff_rate=3.0,
    )
    settings = StepConfig(retry_strategy=create_retry_strategy(retry))
    text = context.step(
        lambda _: "after some patience",
        name="compose_text",
        config=settings,
    )
    return f"Text: {text}"
