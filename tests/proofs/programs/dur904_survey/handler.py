"""Asks a question again until somebody answers, without hope of more than three attempts."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from ledger import did


@durable_step
def ask(step_context: StepContext, question: str) -> str:
    if step_context.attempt == 1:
        raise TimeoutError("nobody is there")
    did(f"ask: {question}")
    return "yes"


@durable_step
def note(step_context: StepContext, answer: str) -> str:
    if step_context.attempt == 1:
        raise TimeoutError("no pencil")
    did(f"note: {answer}")
    return answer


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    answer = context.step(ask(event["question"]), name="ask_question", config=StepConfig(RetryPresets.transient))
    return {"answer": context.step(note(answer), name="note_answer", config=RetryPresets.transient())}
