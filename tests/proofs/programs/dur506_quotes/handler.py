"""Asks carriers for quotes and books the cheapest."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig
from ledger import did


@durable_step
def ask(step_context: StepContext, carrier: str) -> int:
    did(f"ask {carrier}")
    return len(carrier)


@durable_step
def book(step_context: StepContext, cents: int) -> int:
    did(f"book for {cents}")
    return cents


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    quotes = {}

    def quote(ctx: DurableContext, carrier: str, index: int, carriers: list[str]) -> None:
        quotes[carrier] = ctx.step(ask(carrier), name=f"ask_{carrier}")

    config = MapConfig(max_concurrency=1)
    context.map(event["carriers"], quote, name="ask_carriers", config=config).throw_if_error()
    return {"booked": context.step(book(min(quotes.values())))}
