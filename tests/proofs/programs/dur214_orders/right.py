"""Ships what a customer has ordered, if there is something."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def load_orders(step_context: StepContext, customer: str) -> list[str]:
    did(f"load the orders of {customer}")
    return []


@durable_step
def ship(step_context: StepContext, orders: list[str]) -> int:
    did(f"ship {orders}")
    return len(orders)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    orders = context.step(load_orders(event["customer"]))
    if not orders:
        return {"shipped": 0}
    return {"shipped": context.step(ship(orders))}
