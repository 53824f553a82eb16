"""Inspections are requested by message; the inspector's tablet answers the callback."""

import json
import os

import boto3


def request_inspection(callback_id: str, parcel: str) -> None:
    body = json.dumps({"callback": callback_id, "parcel": parcel})
    boto3.client("sqs").send_message(QueueUrl=os.environ["INSPECTIONS"], MessageBody=body)
