# expect-info
"""The step retries everything, even what will never work."""

import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def fetch_rates(step_context: StepContext, address: str) -> dict:
    answer = requests.get(address)  # expect: DUR604[W] DUR605[I]
    return answer.json()


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(fetch_rates(event["address"]))
