"""One purpose a function, side effects in steps, errors told apart."""

import random
import time

import weather_service
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets


@durable_step
def check_target(step_context: StepContext, target: str) -> dict:
    return {"target": target, "visible": True}


@durable_step
def point_telescope(step_context: StepContext, target: str, filter_band: str) -> dict:
    return {"pointing": f"{target}/{filter_band}"}


@durable_step
def take_exposure(step_context: StepContext, target: str) -> dict:
    return {"frame": f"{target}-0001"}


@durable_execution
def observe_target(event: dict, context: DurableContext) -> dict:
    """Bring one target from the request to its frame."""
    target = event["target"]

    context.step(check_target(target))
    context.step(point_telescope(target, event["filter"]))
    exposure = context.step(take_exposure(target))

    return {"target": target, "frame": exposure["frame"], "state": "observed"}


@durable_step
def read_clock(step_context: StepContext) -> float:
    return time.time()


@durable_step
def draw_log_number(step_context: StepContext) -> int:
    return random.randrange(10**9)


@durable_execution
def open_night_log(event: dict, context: DurableContext) -> dict:
    opened_at = context.step(read_clock())
    number = context.step(draw_log_number())
    return {"opened_at": opened_at, "number": number}


@durable_step
def is_complete(step_context: StepContext, proposal: dict) -> bool:
    return {"title", "hours"} <= proposal.keys()


@durable_execution
def receive_proposal(event: dict, context: DurableContext) -> dict:
    return {"complete": context.step(is_complete(event))}


outbox: list[str] = []


@durable_step
def look_up_observer(step_context: StepContext, badge: str) -> dict:
    return {"badge": badge, "name": "Vera Cepheid", "mail": "vera@observatory.example"}


@durable_step
def invite(step_context: StepContext, observer: dict) -> bool:
    outbox.append(observer["mail"])
    return True


@durable_execution
def invite_observer(event: dict, context: DurableContext) -> dict:
    observer = context.step(look_up_observer(event["badge"]))
    invited = context.step(invite(observer))
    return {"invited": invited}


shots: list[int] = []


@durable_step
def fire_guide_laser(step_context: StepContext, watts: int) -> dict:
    shots.append(watts)
    return {"shot": f"laser-{len(shots)}", "watts": watts}


@durable_execution
def make_guide_star(event: dict, context: DurableContext) -> dict:
    # A second shot could meet an aeroplane.
    return context.step(
        fire_guide_laser(event["watts"]),
        config=StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY),
    )


@durable_step
def sum_exposures(step_context: StepContext, frames: list) -> float:
    return sum(frame["seconds"] for frame in frames)


@durable_execution
def total_exposure(event: dict, context: DurableContext) -> float:
    return context.step(sum_exposures(event["frames"]))


@durable_step
def fetch_forecast(step_context: StepContext, station: str) -> dict:
    try:
        return weather_service.forecast(station)
    except weather_service.Timeout:
        raise  # the next attempt may get through
    except weather_service.Refused as refusal:
        if refusal.status >= 500:
            raise  # so may this one
        return {"unknown_station": station, "status": refusal.status}


@durable_execution
def plan_night(event: dict, context: DurableContext) -> dict:
    return context.step(fetch_forecast(event["station"]))
