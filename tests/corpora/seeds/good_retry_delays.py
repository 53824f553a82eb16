"""Two retry configurations as they are printed: the names of the delays belong to an older SDK."""

from aws_durable_execution_sdk_python.retries import RetryStrategyConfig

quick_retry = RetryStrategyConfig(  # expect: DUR901[E]
    max_attempts=4,
    initial_delay_seconds=2,
    max_delay_seconds=8,
    backoff_rate=1.5,
)

patient_retry = RetryStrategyConfig(  # expect: DUR901[E]
    max_attempts=6,
    initial_delay_seconds=20,
    max_delay_seconds=90,
    backoff_rate=1.5,
)
