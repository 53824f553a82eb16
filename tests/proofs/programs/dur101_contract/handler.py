"""Draws up a contract that starts now and ends in a year."""

from datetime import UTC, datetime, timedelta

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did, saw


@durable_step
def file_contract(step_context: StepContext, customer: str, begin: str, end: str) -> str:
    did("file")
    saw("begin", begin)
    saw("end", end)
    return f"contract of {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    begin = datetime.now(UTC)
    saw("begin as a time", begin)
    end = begin + timedelta(days=365)
    contract = context.step(file_contract(event["customer"], begin.isoformat(), end.isoformat()))
    context.wait(Duration.from_days(14), name="revocation_wait")
    saw("end", end.isoformat())
    return {"contract": contract}
