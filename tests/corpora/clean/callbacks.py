"""What one does with callbacks."""

import json

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackError, CallbackTimeoutError
from aws_durable_execution_sdk_python.serdes import DEFAULT_JSON_SERDES, JsonSerDes

queue = boto3.client("sqs")
DAY = CallbackConfig(timeout=Duration.from_days(1), serdes=JsonSerDes())


@durable_step
def publish_callback(step_context: StepContext, callback_id: str) -> None:
    queue.send_message(QueueUrl="queue", MessageBody=callback_id)


@durable_execution
def create_and_read(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="answer_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(publish_callback(callback.callback_id))
    answer = callback.result()
    return {"answer": answer, "length": len(answer or "")}


@durable_execution
def parse_text(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="json_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(publish_callback(callback.callback_id))
    answer = json.loads(callback.result())
    return {"approved": answer["approved"], "by": answer.get("by")}


@durable_execution
def with_serdes(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback("typed_callback", DAY)
    context.step(publish_callback(callback.callback_id))
    answer = callback.result()
    return {"approved": answer["approved"]}


@durable_execution
def wait_with_serdes(event: dict, context: DurableContext) -> dict:
    answer = context.wait_for_callback(
        lambda callback_id, _: queue.send_message(QueueUrl="queue", MessageBody=callback_id),
        name="review_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(4), serdes=DEFAULT_JSON_SERDES),
    )
    return {"approved": answer.get("approved", False)}


@durable_execution
def timeouts(event: dict, context: DurableContext) -> dict:
    callback = context.create_callback(name="slow_callback", config=CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(publish_callback(callback.callback_id))
    try:
        answer = callback.result()
    except CallbackTimeoutError:
        return {"state": "late"}
    except CallbackError as error:
        return {"state": "failed", "why": str(error)}
    return {"state": "answered", "first": answer[0], "text": answer.strip()}
