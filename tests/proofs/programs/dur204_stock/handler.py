"""Counts what is in stock."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def count(step_context: StepContext, item: str) -> int:
    did(f"count {item}")
    return len(item)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"counted": count(event["item"])}
