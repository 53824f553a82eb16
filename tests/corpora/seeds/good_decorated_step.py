"""A decorated step with an argument; its result is the answer."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check_address(step_context: StepContext, address_id: str) -> dict:
    """Check one address."""
    return {"address_id": address_id, "deliverable": True}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    address_id = event["address_id"]
    checked = context.step(check_address(address_id))
    return checked
