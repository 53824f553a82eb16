"""Flights."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from .agency import Flights

_flights = Flights()


@durable_step
def book(step_context: StepContext, trip: dict) -> dict:
    return _flights.book(trip)


@durable_step
def cancel(step_context: StepContext, reference: str) -> dict:
    return _flights.cancel(reference)


def cancel_now(reference: str) -> dict:
    return _flights.cancel(reference)
