"""Prints a circular: the list of addresses that is printed is the one that is filed."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


@durable_step
def print_for(step_context: StepContext, addresses: list[str]) -> None:
    did("print")
    saw("addresses", addresses)


@durable_step
def file_list(step_context: StepContext, addresses: list[str]) -> None:
    did("file")
    saw("addresses", addresses)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    known = {str(customer["address"]) for customer in event["customers"]}
    addresses = list(known)
    context.step(print_for(addresses))
    context.step(file_list(addresses))
    return {"printed": len(addresses)}
