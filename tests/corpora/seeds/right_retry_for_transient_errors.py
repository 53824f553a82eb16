"""Only errors of the connection are retried."""

import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_step
def fetch_timetable(step_context: StepContext, address: str) -> dict:
    answer = requests.get(address, timeout=5)
    answer.raise_for_status()
    return answer.json()


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    retry = RetryStrategyConfig(
        max_attempts=4,
        retryable_error_types=[requests.Timeout, requests.ConnectionError],
    )

    timetable = context.step(
        fetch_timetable(event["address"]),
        config=StepConfig(retry_strategy=create_retry_strategy(retry)),
    )
    return timetable
