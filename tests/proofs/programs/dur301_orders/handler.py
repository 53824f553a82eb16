"""Loads an order and compares what it holds with what is in stock."""

from dataclasses import dataclass

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@dataclass
class Order:
    number: str
    items: list[str]


@durable_step
def load(step_context: StepContext, number: str) -> Order:
    did(f"load {number}")
    return Order(number, ["nails", "screws"])


@durable_step
def in_stock(step_context: StepContext) -> set[str]:
    did("look at the stock")
    return {"nails", "bolts", "nuts"}


@durable_step
def order_more(step_context: StepContext, item: str) -> None:
    did(f"order {item}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(load(event["number"]))
    stock = context.step(in_stock())
    missing = sorted(set(order.items) - stock)
    saw("missing", missing)
    for item in missing:
        context.step(order_more(item), name=f"order_{item}")
    return {"number": order.number, "missing": missing, "bolts": "bolts" in stock}
