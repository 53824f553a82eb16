"""Photos and statements."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

_bucket = boto3.resource("s3").Bucket("evidence")
_claims = boto3.resource("dynamodb").Table("claims")
_queue = boto3.client("sqs")


@durable_step
def load_claim(step_context: StepContext, claim_id: str) -> dict:
    return _claims.get_item(Key={"claim": claim_id})["Item"]


@durable_step
def load_statement(step_context: StepContext, claim_id: str) -> str:
    return _bucket.Object(f"{claim_id}/statement.txt").get()["Body"].read().decode()  # expect: DUR805[W]


@durable_step
def count_photos(step_context: StepContext, claim_id: str) -> int:
    return sum(1 for entry in _bucket.objects.filter(Prefix=f"{claim_id}/photos/") if entry.size)


def send_to_expert(claim_id: str, callback_id: str) -> None:
    _queue.send_message(QueueUrl="experts", MessageBody=f"{claim_id} {callback_id}")
