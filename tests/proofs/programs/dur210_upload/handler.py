"""Reads what was uploaded; what is no number is refused."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from ledger import did


class NoAmountError(Exception):
    """What was uploaded is no amount."""


@durable_step
def read_amount(step_context: StepContext, text: str) -> int:
    if not text.isdigit():
        raise NoAmountError(text)
    return int(text)


@durable_step
def refuse(step_context: StepContext, text: str) -> None:
    did(f"refuse {text}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    total = 0
    for number, text in enumerate(event["texts"]):
        try:
            total += context.step(
                read_amount(text), name=f"read_amount_{number}", config=StepConfig(retry_strategy=RetryPresets.none())
            )
        except NoAmountError:
            context.step(refuse(text), name=f"refuse_{number}")
    return {"total": total}
