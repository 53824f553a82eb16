"""Prints the pages of a book, one after the other."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def print_page(step_context: StepContext, page: int) -> str:
    did(f"print page {page}")
    return f"page {page}"


@durable_execution
def handler(event: dict, context: DurableContext) -> list[str]:
    return [context.step(print_page(page), name=f"print_{page}") for page in range(event["pages"])]
