"""Exports a table and compresses the export."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def export(step_context: StepContext, table: str) -> str:
    did(f"export {table}")
    return f"export of {table}"


@durable_step
def compress(step_context: StepContext, file: str) -> str:
    did(f"compress {file}")
    return f"small {file}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    file = context.step(export(event["table"]), name=f"export_{event['table']}")
    return {"file": context.step(compress(file))}
