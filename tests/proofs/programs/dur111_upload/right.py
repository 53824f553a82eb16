"""Puts a document into the archive, and takes it out again when the notary has time for it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did, saw


@durable_step
def put(step_context: StepContext, key: str, document: str) -> None:
    did(f"put {document}")
    saw("key", key)


@durable_step
def take(step_context: StepContext, key: str, document: str) -> str:
    did(f"take {document}")
    saw("key", key)
    return document


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    key = context.execution_context.durable_execution_arn
    context.step(put(key, event["document"]))
    context.wait(Duration.from_days(1), name="notary_wait")
    return {"document": context.step(take(key, event["document"]))}
