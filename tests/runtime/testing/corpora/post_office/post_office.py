"""The durable functions of a post office."""

import functools

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def weigh(step_context: StepContext, letter: str) -> int:
    return len(letter)


@durable_execution
def stamp(event: dict, context: DurableContext) -> dict:
    grams = context.step(weigh(event["letter"]))
    context.wait(Duration.from_hours(5), name="counter_closed")
    return {"stamps": grams // 20 + 1}


@durable_execution
def deliver(event: dict, context: DurableContext) -> str:
    callback = context.create_callback(name="signature", config=CallbackConfig(timeout=Duration.from_days(3)))
    return f"signed by {callback.result()}"


@durable_execution
def tell(event: object, context: DurableContext) -> list:
    return [context.execution_context.durable_execution_arn, context.lambda_context.function_name, event]


@durable_execution
def nap(event: dict, context: DurableContext) -> None:
    context.wait(Duration.from_seconds(1))


closing_hours = [1, 2]


@durable_execution
def drift(event: dict, context: DurableContext) -> None:
    context.wait(Duration.from_hours(closing_hours[0]), name="lunch_break")
    closing_hours.reverse()
    context.wait(Duration.from_hours(1), name="tea_break")


def plain(event: dict, context: object) -> str:
    return "plain"


def told(function):
    @functools.wraps(function)
    def wrapper(event, context):
        return function(event, context)

    return wrapper


def untold(function):
    return lambda event, context: function(event, context)
