"""Starts an export and fetches it a little later."""

import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def start_export(step_context: StepContext, table: str) -> str:
    did("start the export")
    return f"export of {table}"


@durable_step
def fetch_export(step_context: StepContext, export: str) -> str:
    did("fetch the export")
    return export.upper()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    export = context.step(start_export(event["table"]))
    time.sleep(1)
    return {"export": context.step(fetch_export(export))}
