"""Retries and semantics of a step, configured."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_step
def index_page(step_context: StepContext, page: str) -> dict:
    """Index one page; the index is sometimes busy."""
    return {"indexed": page, "state": "done"}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    retry = RetryStrategyConfig(
        max_attempts=4,
        retryable_error_types=[ConnectionError, OSError],
    )

    settings = StepConfig(
        retry_strategy=create_retry_strategy(retry),
        step_semantics=StepSemantics.AT_LEAST_ONCE_PER_RETRY,
    )

    indexed = context.step(index_page(event["page"]), config=settings)
    return indexed
