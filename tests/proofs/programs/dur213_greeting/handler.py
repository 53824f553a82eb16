"""Greets a customer, and congratulates a day later."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step
from aws_durable_execution_sdk_python.config import Duration
from ledger import did


@durable_step
def say(step_context: StepContext, what: str) -> str:
    did(f"say {what}")
    return what


def handler(event: dict, context: DurableContext) -> dict:
    greeting = context.step(say("hello"), name="greet")
    context.wait(Duration.from_days(1), name="birthday_wait")
    return {"said": [greeting, context.step(say("congratulations"), name="congratulate")]}
