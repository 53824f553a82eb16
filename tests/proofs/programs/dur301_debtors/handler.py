"""Finds out who owes money and counts them."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def find_debtors(step_context: StepContext, invoices: list[dict]) -> set[str]:
    did("find the debtors")
    return {str(invoice["debtor"]) for invoice in invoices}


@durable_step
def tell_bookkeeper(step_context: StepContext, count: int) -> None:
    did("tell the bookkeeper")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    debtors = context.step(find_debtors(event["invoices"]))
    saw("debtors", sorted(debtors))
    context.step(tell_bookkeeper(len(debtors)))
    return {"debtors": len(debtors)}
