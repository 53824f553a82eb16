"""Only the key of the object is recorded, not the object."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def fetch_object(key: str) -> bytes:
    """Stands for a download."""
    return key.encode()


def condense(data: bytes) -> bytes:
    return data[:64]


def store_object(data: bytes) -> str:
    """Stands for an upload."""
    return f"condensed/{len(data)}"


@durable_step
def condense_recording(step_context: StepContext, key: str) -> str:
    data = fetch_object(key)
    condensed = condense(data)
    condensed_key = store_object(condensed)
    return condensed_key


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    condensed_key = context.step(condense_recording(event["key"]))
    return {"condensed_key": condensed_key}
