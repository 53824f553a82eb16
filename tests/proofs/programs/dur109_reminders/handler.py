"""Reminds each customer who has not paid, once."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def remind(step_context: StepContext, customer: str) -> None:
    did(f"remind {customer}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    late = {str(invoice["customer"]) for invoice in event["invoices"]}
    for customer in late:
        context.step(remind(customer), name=f"remind_{customer}")
    return {"reminded": len(late)}
