# expect-info
"""How steps are tried again, in one place."""

from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

from .errors import DESK_ERRORS, PASSING

FEW_TRIES = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(max_attempts=3, initial_delay=Duration.from_seconds(2), retryable_error_types=PASSING)
    )
)
ALL_TRIES = create_retry_strategy(RetryStrategyConfig(retryable_error_types=DESK_ERRORS))  # expect: DUR607[I]
ONE_TRY = StepConfig(retry_strategy=RetryPresets.none())
ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())


def once(strategy) -> StepConfig:
    return StepConfig(strategy, StepSemantics.AT_MOST_ONCE_PER_RETRY)  # expect: DUR602[W]
