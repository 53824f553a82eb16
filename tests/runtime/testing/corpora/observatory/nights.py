"""Whole nights: steps, waits and somebody who has to be asked."""

import json

from aws_durable_execution_sdk_python import (
    CallbackError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_wait_for_callback,
)
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext


@durable_step
def check_request(step_context: StepContext, number: str) -> dict:
    return {"number": number, "feasible": True}


@durable_step
def reserve_hours(step_context: StepContext, number: str, hours: float) -> dict:
    return {"reservation": f"{number}:{hours}"}


@durable_step
def expose(step_context: StepContext, number: str) -> dict:
    return {"frame": f"{number}.fits"}


@durable_execution
def observe_request(event: dict, context: DurableContext) -> dict:
    number, hours = event["number"], event["hours"]

    check = context.step(check_request(number))
    if not check["feasible"]:
        return {"state": "refused", "reason": "never above the horizon"}

    reservation = context.step(reserve_hours(number, hours))
    context.wait(Duration.from_hours(6), name="nightfall_wait")
    exposure = context.step(expose(number))

    return {
        "state": "observed",
        "number": number,
        "reservation": reservation["reservation"],
        "frame": exposure["frame"],
    }


loans: list[str] = []
payment_requests: dict[str, str] = {}


@durable_step
def take_from_shelf(step_context: StepContext, eyepiece: str) -> str:
    loans.append(f"took {eyepiece}")
    return eyepiece


@durable_step
def put_back(step_context: StepContext, eyepiece: str) -> None:
    loans.append(f"put {eyepiece} back")


@durable_step
def hand_out(step_context: StepContext, eyepiece: str) -> None:
    loans.append(f"handed {eyepiece} out")


@durable_step
def note_loan(step_context: StepContext, eyepiece: str, outcome: str) -> str:
    return f"{eyepiece}: {outcome}"


@durable_wait_for_callback
def ask_for_deposit(callback_id: str, callback_context: WaitForCallbackContext, visitor: str) -> None:
    loans.append(f"asked {visitor} for a deposit")
    payment_requests[visitor] = callback_id


@durable_execution
def lend_eyepiece(event: dict, context: DurableContext) -> str:
    eyepiece = context.step(take_from_shelf(event["eyepiece"]))
    try:
        deposit = json.loads(
            context.wait_for_callback(
                ask_for_deposit(event["visitor"]),
                name="deposit_callback",
                config=WaitForCallbackConfig(timeout=Duration.from_minutes(30)),
            )
        )
    except CallbackError:
        deposit = {"paid": False}
    if not deposit["paid"]:
        context.step(put_back(eyepiece))
        return context.step(note_loan(eyepiece, "not lent"))
    context.step(hand_out(eyepiece))
    return context.step(note_loan(eyepiece, "lent"))
