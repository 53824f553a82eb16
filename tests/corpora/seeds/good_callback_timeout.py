"""A timeout that leaves the other side the time it needs."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    signature = context.create_callback(  # expect: DUR706[W]
        name="signature",
        config=CallbackConfig(timeout=Duration.from_minutes(4)),
    )
    return {"callback_id": signature.callback_id}
