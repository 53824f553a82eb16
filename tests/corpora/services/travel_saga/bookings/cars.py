"""Cars."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from .agency import Cars

_cars = Cars()


@durable_step
def book(step_context: StepContext, trip: dict) -> dict:
    return _cars.book(trip)


@durable_step
def cancel(step_context: StepContext, reference: str) -> dict:
    return _cars.cancel(reference)
