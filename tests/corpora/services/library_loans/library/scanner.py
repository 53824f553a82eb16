"""The scanner at the door answers the callback when a book comes back."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def tell_scanner(step_context: StepContext, callback_id: str, book: str) -> str:
    boto3.client("iot-data").publish(topic=f"scanner/{book}", payload=callback_id)
    return book
