"""Waits until a contract has been signed."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from ledger import did


@durable_step
def send_contract(step_context: StepContext, callback_id: str) -> dict:
    return {"contract": "lease", "answer_to": callback_id}


@durable_step
def file_contract(step_context: StepContext, signature: str) -> None:
    did(f"file with {signature}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    signing = context.create_callback(name="signature_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    context.step(send_contract(signing.callback_id))
    try:
        signature = signing.result()
    except BaseException as error:
        raise RuntimeError("nobody signed") from error
    context.step(file_contract(signature))
    return {"signature": signature}
