"""Asks for the weather of a place, as often as it takes."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_steps
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPreset
from ledger import did


@durable_steps
def ask_weather(step_context: StepContext, place: str) -> str:
    did(f"ask for {place}")
    return f"rain in {place}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    config = StepConfig(retry_strategy=RetryPreset.transient())
    return {"weather": context.step(ask_weather(event["place"]), name="ask_weather", config=config)}
