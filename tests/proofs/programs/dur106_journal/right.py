"""Enters a payment into the journal of the day, gives thanks for it and counts the entries."""

from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did

JOURNAL = Path(__file__).with_name("journal.txt")


@durable_step
def enter(step_context: StepContext, payment: str) -> None:
    with JOURNAL.open("a", encoding="utf-8") as journal:
        journal.write(f"{payment}\n")


@durable_step
def count_entries(step_context: StepContext) -> int:
    return len(JOURNAL.read_text(encoding="utf-8").splitlines())


@durable_step
def give_thanks(step_context: StepContext, payment: str) -> None:
    did(f"thank for {payment}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(enter(event["payment"]))
    context.step(give_thanks(event["payment"]))
    return {"entries": context.step(count_entries())}
