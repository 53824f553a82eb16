"""Steps in all their forms."""

from random import random

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy


@durable_step
def add_magnitudes(step_context: StepContext, first: int, second: int) -> int:
    """Add two magnitudes."""
    return first + second


@durable_execution
def add_up(event: dict, context: DurableContext) -> int:
    """A function of one step."""
    return context.step(add_magnitudes(4, 7))


@durable_step
def identify_star(step_context: StepContext, number: str) -> dict:
    """Look a star up."""
    return {"number": number, "known": number.startswith("HD")}


@durable_execution
def look_up_star(event: dict, context: DurableContext) -> dict:
    return context.step(identify_star(event["number"]))


def spectral_class(kelvin: int) -> str:
    return "OBAFGKM"[6 - min(6, kelvin // 2000)]


@durable_execution
def classify(event: dict, context: DurableContext) -> str:
    kelvin = event["kelvin"]
    return context.step(lambda _: spectral_class(kelvin), name="classify_spectrum")


@durable_execution
def greet_visitors(event: dict, context: DurableContext) -> str:
    greeting = context.step(lambda _: "clear skies", name="choose_greeting")
    return f"We wish you {greeting}"


@durable_step
def record_flux(step_context: StepContext, flux: float) -> dict:
    return {"state": "recorded", "flux": flux}


@durable_execution
def record_star(event: dict, context: DurableContext) -> dict:
    # The step is called record_flux.
    return context.step(record_flux(42.5))


@durable_step
def calibrate(step_context: StepContext, frame: str) -> dict:
    """Calibrate a frame; the flat field lamp fails now and then."""
    if step_context.attempt == 1:
        raise RuntimeError("the lamp is cold")
    return {"calibrated": frame}


@durable_execution
def calibrate_frame(event: dict, context: DurableContext) -> dict:
    few = RetryStrategyConfig(max_attempts=3, retryable_error_types=[RuntimeError, OSError])
    config = StepConfig(retry_strategy=create_retry_strategy(few), step_semantics=StepSemantics.AT_LEAST_ONCE_PER_RETRY)
    return context.step(calibrate(event["frame"]), config=config)


@durable_execution
def tell_time(event: dict, context: DurableContext) -> str:
    slower_and_slower = RetryStrategyConfig(
        max_attempts=3,
        initial_delay=Duration.from_seconds(1),
        max_delay=Duration.from_seconds(10),
        backoff_rate=2.0,
    )
    told = context.step(
        lambda _: "sidereal midnight",
        name="read_sidereal_clock",
        config=StepConfig(retry_strategy=create_retry_strategy(slower_and_slower)),
    )
    return f"It is {told}"


class Cloud(Exception):
    """Something is in the way."""


@durable_step
def catch_photon(step_context: StepContext, cloudy_until: int) -> str:
    """Catch one, if no cloud is in the way."""
    if step_context.attempt <= cloudy_until or random() < 0:
        raise Cloud("nothing to be seen")
    return "caught"


@durable_execution
def count_photons(event: dict, context: DurableContext) -> str:
    # Clouds pass; whatever else goes wrong does not.
    clouds_pass = RetryStrategyConfig(max_attempts=3, retryable_error_types=[Cloud])
    return context.step(
        catch_photon(event.get("cloudy_until", 2)), config=StepConfig(create_retry_strategy(clouds_pass))
    )


releases: list[str] = []


@durable_step
def release_data(step_context: StepContext, survey: str) -> dict:
    """Publish a survey, which cannot be undone."""
    releases.append(survey)
    return {"release": f"{survey}-dr{len(releases)}"}


@durable_execution
def publish_survey(event: dict, context: DurableContext) -> dict:
    once = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)
    return context.step(release_data(event["survey"]), config=once)


@durable_step
def find_member(step_context: StepContext, member: str) -> dict:
    """Find somebody in the list of members."""
    return {"member": member, "phone": "555-0142" if member != "hermit" else None}


@durable_step
def can_be_reached(step_context: StepContext, entry: dict) -> bool:
    """Whether there is a way to reach somebody."""
    return entry["phone"] is not None


@durable_step
def ring(step_context: StepContext, entry: dict) -> dict:
    """Ring somebody up."""
    return {"rang": entry["phone"]}


@durable_execution
def wake_member(event: dict, context: DurableContext) -> dict:
    member = event["member"]

    entry = context.step(find_member(member))
    reachable = context.step(can_be_reached(entry))

    if not reachable:
        return {"state": "asleep", "reason": "no telephone"}

    call = context.step(ring(entry))
    return {"state": "awake", "member": member, "rang": call["rang"]}


@durable_step
def label_plate(step_context: StepContext, series: str, number: int) -> str:
    return f"{series}/{number:04}"


@durable_execution
def label(event: dict, context: DurableContext) -> str:
    return context.step(label_plate("north", 17))


@durable_execution
def name_lambda(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: "Betelgeuse", name="pick_star")


@durable_step
def open_shutter(step_context: StepContext) -> str:
    raise RuntimeError("RuntimeError: the shutter is frozen")


@durable_execution
def open_for_the_night(event: dict, context: DurableContext) -> str:
    return context.step(open_shutter(), config=StepConfig(retry_strategy=RetryPresets.none()))
