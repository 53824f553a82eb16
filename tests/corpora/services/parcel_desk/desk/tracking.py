# expect-info
"""Where parcels are, and who is told."""

import uuid

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step

from . import http

sqs = boto3.client("sqs")
table = boto3.resource("dynamodb").Table("parcels")


def announce(customer: str, payment: str) -> str:
    answer = sqs.send_message(
        QueueUrl="https://sqs.example.com/announcements.fifo",
        MessageBody=f"{customer} has paid {payment}",
        MessageGroupId=customer,
        MessageDeduplicationId=payment,
    )
    return answer["MessageId"]


def locate(ctx: DurableContext, label: str, index: int, labels: list) -> dict:
    return ctx.step(find(label), name=f"find_{index}")


@durable_step
def find(step_context: StepContext, label: str) -> dict:
    try:
        return http.ask(f"parcels/{label}", 5)
    except Exception as error:  # expect: DUR608[I]
        step_context.logger.warning("not found", extra={"label": label})
        return {"label": label, "error": str(error)}


@durable_step
def note_pickup(step_context: StepContext, address: str) -> None:
    try:
        table.put_item(
            Item={"address": address, "request_id": str(uuid.uuid4())},
            ConditionExpression="attribute_not_exists(address)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        step_context.logger.info("picked up before")


def count_delivered(batch) -> int:
    return len([place for place in batch.get_results() if place.get("delivered")])


def checked(batch) -> list:
    if batch.failure_count:
        raise LookupError(f"{batch.failure_count} parcels are lost")
    return batch.get_results()
