"""A phase of a workflow as a child context."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)


@durable_step
def normalise(step_context: StepContext, address: dict) -> dict:
    return {**address, "country": "NL"}


@durable_step
def locate(step_context: StepContext, address: dict) -> dict:
    return {**address, "lat": 52.1}


@durable_with_child_context
def normalise_and_locate(ctx: DurableContext, address: dict) -> dict:
    normalised = ctx.step(normalise(address))
    located = ctx.step(locate(normalised))
    return located


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    located = context.run_in_child_context(
        normalise_and_locate(event["address"]),
        name="address_phase",
    )
    return located
