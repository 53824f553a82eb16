# expect-info
"""Steps that talk to couriers."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from . import http
from .errors import ScaleBusy


@durable_step
def weigh(step_context: StepContext, label: str) -> dict:
    found = http.ask(f"scales/{label}", 4)
    if found["busy"]:
        raise ScaleBusy(label)
    return {"label": label, "grams": found["grams"]}


@durable_step
def price(step_context: StepContext, grams: int, country: str) -> dict:
    return http.quick_get(f"https://prices.example.com/{country}/{grams}").json()


@durable_step
def stamp(step_context: StepContext, label: str) -> str:
    return http.tell("stamps", {"label": label}, timeout=5)["stamp"]


@durable_step
def call_courier(step_context: StepContext, address: str) -> str:
    return http.tell("pickups", {"address": address})["courier"]  # expect: DUR604[W]


@durable_step
def free_slots(step_context: StepContext, courier: str) -> list:
    return http.ask(f"slots/{courier}")["slots"]  # expect: DUR604[W]
