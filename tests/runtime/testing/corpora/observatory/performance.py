"""Small checkpoints, few of them, and independent work side by side."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration

vault: dict[str, bytes] = {}
"""Stands in for an object store."""


@durable_step
def stack_frames(step_context: StepContext, key: str) -> str:
    frames = vault[key]
    stacked = bytes(sorted(frames))
    vault[f"{key}-stacked"] = stacked
    return f"{key}-stacked"  # megabytes stay in the vault


@durable_execution
def reduce_night(event: dict, context: DurableContext) -> dict:
    return {"stacked": context.step(stack_frames(event["key"]))}


@durable_step
def measure_stars(step_context: StepContext, stars: list) -> list:
    return [round(star["flux"] / star["area"], 3) for star in stars]


@durable_execution
def measure_field(event: dict, context: DurableContext) -> list:
    stars = event["stars"]
    brightness = []

    for first in range(0, len(stars), 25):
        brightness += context.step(measure_stars(stars[first : first + 25]), name=f"measure_stars_{first // 25}")

    return brightness


@durable_step
def read_seeing(step_context: StepContext, site: str) -> float:
    return 0.7


@durable_step
def read_moon(step_context: StepContext, site: str) -> str:
    return "new"


@durable_step
def read_wind(step_context: StepContext, site: str) -> int:
    return 4


@durable_execution
def survey_site(event: dict, context: DurableContext) -> dict:
    site = event["site"]
    readings = context.parallel(
        [
            lambda branch: branch.step(read_seeing(site)),
            lambda branch: branch.step(read_moon(site)),
            lambda branch: branch.step(read_wind(site)),
        ],
        name="read_instruments",
    )
    readings.throw_if_error()
    seeing, moon, wind = readings.get_results()
    return {"seeing": seeing, "moon": moon, "wind": wind}


warm_up: dict[str, int] = {}


@durable_step
def switch_on_camera(step_context: StepContext, camera: str) -> str:
    warm_up[camera] = 0
    return camera


@durable_step
def read_temperature(step_context: StepContext, camera: str) -> dict:
    return {"camera": camera, "kelvin": 150}


@durable_execution
def cool_camera(event: dict, context: DurableContext) -> dict:
    camera = context.step(switch_on_camera(event["camera"]))
    context.wait(Duration.from_minutes(40), name="cooling_wait")  # the cryostat needs them
    return context.step(read_temperature(camera))
