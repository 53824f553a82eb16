"""Asks carriers for quotes, one after the other, and books one."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig
from ledger import did


@durable_step
def ask(step_context: StepContext, carrier: str) -> int:
    did(f"ask {carrier}")
    return len(carrier)


@durable_step
def book(step_context: StepContext, cents: int) -> str:
    did("book")
    return f"booked for {cents}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def quote(ctx: DurableContext, carrier: str, index: int, carriers: list[str]) -> int:
        return context.step(ask(carrier), name=f"ask_{carrier}")

    quotes = context.map(event["carriers"], quote, name="quotes", config=MapConfig(max_concurrency=1))
    quotes.throw_if_error()
    return {"booking": context.step(book(min(quotes.get_results())))}
