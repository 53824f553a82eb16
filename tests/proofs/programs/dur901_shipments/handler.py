"""Sends parcels and letters at the same time, and puts every shipment into a list."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def send(step_context: StepContext, what: str) -> str:
    return f"sent {what}"


@durable_with_child_context
def ship(ctx: DurableContext, what: str) -> str:
    sent = ctx.step(send(what), name=f"send_{what}")
    ctx.wait(Duration.from_seconds(1), name=f"{what}_pause")
    return sent


def list_one(ctx: DurableContext, shipment: str, index: int, shipments: list) -> str:
    return ctx.step(lambda _: f"{index}: {shipment}", name=f"list_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    shipped = context.parallel(
        ship("parcels"),  # the heavy ones first
        ship("letters"),
        ship("papers"),
        ship("cards"),
    )
    shipped.throw_if_error()
    listed = context.map(list_one, shipped.get_results(), name="list_all")
    listed.throw_if_error()
    return listed.get_results()
