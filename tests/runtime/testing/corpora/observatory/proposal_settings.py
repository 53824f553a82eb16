"""Settings that several functions share."""

from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

ARCHIVE = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=3,
            initial_delay=Duration.from_seconds(2),
            max_delay=Duration.from_seconds(10),
            backoff_rate=2.0,
        )
    )
)
ONCE = StepConfig(retry_strategy=RetryPresets.none())
