"""Lending a book: four weeks, and then a letter."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.exceptions import CallbackError

from library.scanner import tell_scanner

LOAN = Duration.from_days(7 * 4)


@durable_step
def write_letter(step_context: StepContext, reader: str) -> str:
    return f"letter to {reader}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    returned = context.create_callback(name="return_callback", config=CallbackConfig(timeout=LOAN))
    context.step(tell_scanner(returned.callback_id, event["book"]))
    try:
        return returned.result()
    except CallbackError:
        return context.step(write_letter(event["reader"]))
