"""The step tells errors that pass from errors that stay."""

import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def fetch_rates(step_context: StepContext, address: str) -> dict:
    try:
        answer = requests.get(address, timeout=8)
        answer.raise_for_status()
        return answer.json()
    except requests.Timeout:
        raise
    except requests.HTTPError as error:
        if error.response.status_code >= 500:
            raise
        return {"error": "refused", "code": error.response.status_code}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    return context.step(fetch_rates(event["address"]))
