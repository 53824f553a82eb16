"""Hotels."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from .agency import Hotels

_hotels = Hotels()


@durable_step
def book(step_context: StepContext, trip: dict) -> dict:
    return _hotels.book(trip)


@durable_step
def cancel(step_context: StepContext, reference: str) -> dict:
    return _hotels.cancel(reference)


@durable_step
def confirm(step_context: StepContext, reference: str, answer: str) -> dict:
    return _hotels.confirm(reference, answer)
