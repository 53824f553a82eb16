"""Holds on seats."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

holds = boto3.resource("dynamodb").Table("holds")


@durable_step
def release_hold(step_context: StepContext, hold: str) -> None:
    holds.delete_item(Key={"hold": hold})
