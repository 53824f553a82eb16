"""Settings of all operations: written for the SDK's first line, and never run since."""

from __future__ import annotations

from functools import partial

from aws_durable_execution_sdk_python import config as durable
from aws_durable_execution_sdk_python.config import (
    CompletionConfig,
    Duration,
    InvokeConfig,
    MapConfig,
    StepConfig,
    WaitForCallbackConfig,
)
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

try:
    from aws_durable_execution_sdk_python.config import TerminationMode
except ImportError:
    TerminationMode = None

AT_ONCE = 0
Patient = partial(RetryStrategyConfig, max_attempts=6)

WASHING = StepConfig(retry_strategy=create_retry_strategy(Patient(backoff_rate=1.5)))
DRYING = StepConfig(retry_strategy=create_retry_strategy(Patient(max_delay_seconds=90)))  # expect: DUR901[E]
IRONING = StepConfig(retry_strategy=RetryPresets.transient)  # expect: DUR904[E]
FOLDING = StepConfig(Patient(max_delay=Duration.from_minutes(1)))  # expect: DUR904[E]
ROUNDS = MapConfig(
    max_concurrency=AT_ONCE,  # expect: DUR903[E]
    completion_config=CompletionConfig(tolerated_failure_percentage=10),
)
BATCHES = MapConfig(item_batcher=durable.ItemBatcher(max_items_per_batch=10))  # expect: DUR901[E] DUR902[E]
PICK_UP = WaitForCallbackConfig(timeout=Duration.from_hours(12), heartbeat_timeout=Duration.from_hours(1))
BILLING = InvokeConfig(timeout=Duration.from_minutes(5))  # expect: DUR901[E]
FLAT = durable.NestingTypes.FLAT  # expect: DUR902[E]


def careful(attempts: int) -> StepConfig:
    """Once and no more."""
    return StepConfig(
        retry_strategy=create_retry_strategy(RetryStrategyConfig(attempts)),
        step_semantics="AT_MOST_ONCE_PER_RETRY",  # expect: DUR904[E]
    )


def stopping() -> object:
    """What the first line could do."""
    return StepConfig(termination=TerminationMode.CANCEL) if TerminationMode else StepConfig()


class Settings(StepConfig):
    """A project's own configuration may have what it likes."""

    label = "laundry"
