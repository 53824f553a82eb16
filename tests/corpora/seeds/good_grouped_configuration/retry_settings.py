"""Shared step settings, as they are printed: the names of the delays belong to an older SDK."""

from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

PATIENT = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(  # expect: DUR901[E]
            max_attempts=4,
            initial_delay_seconds=2,
            max_delay_seconds=8,
            backoff_rate=1.5,
        )
    )
)
