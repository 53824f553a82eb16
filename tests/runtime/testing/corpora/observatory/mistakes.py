"""What is easily got wrong, done right."""

import json

import weather_service
from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_step
def add_frame(step_context: StepContext, log: dict) -> dict:
    return {**log, "frames": log["frames"] + 1}


@durable_execution
def count_frames(event: dict, context: DurableContext) -> dict:
    log = {"frames": 0}
    log = context.step(add_frame(log), name="add_first_frame")
    return context.step(add_frame(log), name="add_second_frame")


@durable_step
def read_thermometer(step_context: StepContext) -> int:
    return 277


@durable_with_child_context
def settle_mirror(child: DurableContext) -> int:
    child.wait(Duration.from_minutes(15), name="thermal_wait")
    return child.step(read_thermometer())


@durable_execution
def open_dome(event: dict, context: DurableContext) -> dict:
    return {"kelvin": context.run_in_child_context(settle_mirror(), name="settle_mirror")}


@durable_execution
def ask_astronomer(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(
        name="astronomer_callback", config=CallbackConfig(timeout=Duration.from_minutes(20))
    )
    try:
        answer = json.loads(callback.result())
    except CallbackTimeoutError:
        return {"state": "no answer", "go": False}
    return {"state": "answered", "go": answer.get("go", False)}


@durable_step
def compute_airmass(step_context: StepContext, height: int, pressure: int) -> float:
    return round(90 / height * pressure / 1000, 2)


@durable_execution
def judge_target(event: dict, context: DurableContext) -> dict:
    return {"airmass": context.step(compute_airmass(event["height"], event["pressure"]))}


@durable_step
def fetch_sky(step_context: StepContext, station: str) -> dict:
    return weather_service.forecast(station)


@durable_execution
def watch_sky(event: dict, context: DurableContext) -> dict:
    only_timeouts = RetryStrategyConfig(max_attempts=3, retryable_error_types=[weather_service.Timeout])
    return context.step(
        fetch_sky(event["station"]), config=StepConfig(retry_strategy=create_retry_strategy(only_timeouts))
    )
