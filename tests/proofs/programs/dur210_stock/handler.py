"""Reserves an item, or says that there is none."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from ledger import did


class OutOfStockError(Exception):
    pass


@durable_step
def reserve(step_context: StepContext, item: str) -> str:
    raise OutOfStockError(item)


@durable_step
def order_more(step_context: StepContext, item: str) -> None:
    did(f"order more of {item}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(reserve(event["item"]), config=StepConfig(retry_strategy=RetryPresets.none()))
    except OutOfStockError:
        context.step(order_more(event["item"]))
        return {"state": "out of stock"}
    return {"state": "reserved"}
