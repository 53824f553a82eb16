"""A Lambda folder into which the dependencies were installed: the SDK and requests lie beside the handler."""

import time

import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from weather import forecast, report_storm


@durable_step
def warn(step_context: StepContext, town: str) -> int:
    return requests.post("https://warnings.example.org", json={"town": town}, timeout=5).status_code


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    town = event["town"]
    outlook = forecast(town)  # expect: DUR105[W]
    if time.localtime().tm_hour < 6:  # expect: DUR101[E]
        context.wait(Duration.from_hours(6), name="daybreak_wait")
    if outlook["wind"] > 9:
        context.step(warn(town))
        report_storm(town)  # expect: DUR105[E]
    return {"town": town, "wind": outlook["wind"]}
