"""Waits for a manager's answer and acts on it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from ledger import did


@durable_step
def ask_manager(step_context: StepContext, callback_id: str) -> dict:
    return {"question": "may we pay?", "answer_to": callback_id}


@durable_step
def pay(step_context: StepContext, approved_by: str) -> None:
    did(f"pay, approved by {approved_by}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    asking = context.create_callback(name="approval_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    context.step(ask_manager(asking.callback_id))
    answer = asking.result()
    context.step(pay(answer["by"]))
    return {"approved_by": answer["by"]}
