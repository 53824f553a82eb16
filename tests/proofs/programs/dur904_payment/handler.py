"""Charges a card that is refused at the first attempt."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig
from ledger import did

PATIENCE = RetryStrategyConfig(max_attempts=4, initial_delay=Duration.from_seconds(2))


@durable_step
def charge(step_context: StepContext, cents: int) -> int:
    if step_context.attempt == 1:
        raise ConnectionError("the bank does not answer")
    did(f"charge {cents}")
    return cents


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    charged = context.step(charge(event["cents"]), name="charge_card", config=StepConfig(retry_strategy=PATIENCE))
    return {"charged": charged}
