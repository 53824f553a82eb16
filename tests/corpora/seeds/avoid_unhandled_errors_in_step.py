"""The step retries everything, even what will never work."""

import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def fetch_rates(step_context: StepContext, address: str) -> dict:
    answer = requests.get(address)  # later: DUR604 DUR605
    return answer.json()


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(fetch_rates(event["address"]))
