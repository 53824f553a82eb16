# expect-info
"""The depot, which has the machines."""

from __future__ import annotations

import time

import depot_api
from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_step,
    durable_wait_for_callback,
)
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.types import WaitForCallbackContext


@durable_step
def reserve(step_context: StepContext, machine: str) -> str:
    """Take a machine out of the stock, once the stock is up to date."""
    depot_api.reserve(machine)
    time.sleep(12)  # expect: DUR708[I]
    return machine


@durable_step
def release(step_context: StepContext, machine: str) -> None:
    """Put a machine back."""
    depot_api.release(machine)
    time.sleep(0.5)


@durable_step
def dispatch(step_context: StepContext, machine: str, callback_id: str) -> str:
    """Send a machine out, and wait until the driver has taken the job."""
    depot_api.dispatch(machine, answer_to=callback_id)
    return _taken(machine)  # expect: DUR708[I]


def _taken(machine: str) -> str:
    while True:
        driver = depot_api.driver_of(machine)
        if driver:
            return str(driver)
        time.sleep(2)


@durable_step
def ask_for_approval(step_context: StepContext, callback_id: str) -> None:
    """Ask the depot whether a machine may stay longer."""
    depot_api.ask(answer_to=callback_id)


@durable_step
def read_state(step_context: StepContext, machine: str) -> str:
    """Where a machine is."""
    return str(depot_api.state_of(machine))


@durable_wait_for_callback
def order_parts(callback_id: str, callback_context: WaitForCallbackContext, machine: str) -> None:
    """Order what is missing; the answer was meant to come back by itself."""
    depot_api.order_parts(machine)


def follow(context: DurableContext, machine: str) -> str:
    """Look after a machine until it is back."""
    round_ = 0
    state = context.step(read_state(machine), name="read_state")
    while state != "back":
        context.wait(Duration.from_hours(1), name=f"state_wait_{round_}")  # expect: DUR707[I] DUR804[I]
        state = context.step(read_state(machine), name=f"read_state_{round_}")
        round_ += 1
    return state
