"""Sends an invoice to somebody who has to approve it, and files the answer."""

from threading import Thread

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from ledger import did


@durable_step
def send_invoice(step_context: StepContext, callback_id: str) -> None:
    did("send the invoice")


@durable_step
def file_answers(step_context: StepContext, answers: list[str]) -> int:
    did(f"file {answers}")
    return len(answers)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    approval = context.create_callback(name="approval_callback", config=CallbackConfig(timeout=Duration.from_days(1)))
    answers = []
    waiting = Thread(target=lambda: answers.append(approval.result()))
    waiting.start()
    context.step(send_invoice(approval.callback_id))
    waiting.join()
    return {"filed": context.step(file_answers(answers))}
