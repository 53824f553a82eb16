"""DUR111: facts about one invocation used in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, ReplayedValueRule


class InvocationMetadata(ReplayedValueRule):
    """A request id, log stream or remaining time belongs to one invocation; an execution is made of many.

    Each time a durable function resumes, Lambda invokes it anew: ``context.lambda_context.aws_request_id`` is another
    id, ``get_remaining_time_in_millis()`` starts from the full timeout again, the log stream is that of another
    container. What is stored under the first request id is not found under the second, and a branch on the remaining
    time goes another way on replay.

    Use what belongs to the execution: a key of the event, or ``context.execution_context.durable_execution_arn``. The
    function's name, version and memory size are the same at every invocation and are fine; in logs any of them is.
    """

    code = "DUR111"
    name = "invocation-metadata"
    kinds = (Kind.METADATA,)
    remedy = "use a key of the event or the execution's ARN"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store(step_context: StepContext, key: str, order: dict) -> str:
    return f"{key}: {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    request_id = context.lambda_context.aws_request_id  # <- DUR111[E]
    return {"stored": context.step(store(request_id, event["order"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store(step_context: StepContext, key: str, order: dict) -> str:
    return f"{key}: {order['id']}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.logger.info("runs in %s", context.lambda_context.function_name)
    return {"stored": context.step(store(event["order"]["id"], event["order"]))}
""",
        ),
        Example(
            title="time left, asked in a helper that is handed the Lambda context",
            files={
                "limits.py": """
def is_short_of_time(lambda_context) -> bool:
    return lambda_context.get_remaining_time_in_millis() < 30_000
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from limits import is_short_of_time


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    for number, page in enumerate(event["pages"]):
        if is_short_of_time(context.lambda_context):  # <- DUR111[E]
            context.wait(Duration.from_seconds(1), name=f"fresh_start_{number}_wait")
        context.step(lambda _, page=page: len(page), name=f"export_page_{number}")
    return {"pages": len(event["pages"])}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    for number, page in enumerate(event["pages"]):
        context.step(lambda _, page=page: len(page), name=f"export_page_{number}")
    return {"pages": len(event["pages"])}
""",
        ),
    )
