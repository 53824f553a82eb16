"""What a returned parcel is worth."""

import os

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def refund(step_context: StepContext, parcel: dict) -> str:
    table = boto3.resource("dynamodb").Table(os.environ["RETURNS_TABLE"])
    table.put_item(Item={"id": parcel["id"], "state": "refunded"})
    return parcel["id"]


@durable_step
def write_off(step_context: StepContext, parcel: dict) -> str:
    table = boto3.resource("dynamodb").Table(os.environ["RETURNS_TABLE"])
    table.put_item(Item={"id": parcel["id"], "state": "written off"})
    return parcel["id"]
