"""Counts images with a lambda, as a step."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from ledger import saw


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(lambda: len(event["images"]), name="count_images")
    saw("count", count)
    return {"count": count}
