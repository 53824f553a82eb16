"""The queue that the mail service reads."""

import json
import os

import boto3

queue = boto3.client("sqs")
QUEUE_URL = os.environ.get("OUTBOX_URL", "https://sqs.eu-west-1.amazonaws.com/000000000000/outbox")


def put(message: dict) -> None:
    queue.send_message(QueueUrl=QUEUE_URL, MessageBody=json.dumps(message))
