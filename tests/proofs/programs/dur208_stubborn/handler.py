"""Prints on a printer that works at the third attempt."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def print_page(step_context: StepContext, page: str) -> str:
    if step_context.attempt < 3:
        raise OSError("the printer is busy")
    did(f"print {page}")
    return "printed"


@durable_step
def report(step_context: StepContext, state: str) -> None:
    did(f"report {state}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        state = context.step(print_page(event["page"]))
    except:  # noqa: E722
        state = "given up"
    context.step(report(state))
    return {"state": state}
