"""The two ways to write a step: the lambda leaves the operation without a name."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def check_address_logic(address_id: str) -> dict:
    return {"address_id": address_id, "deliverable": True}


@durable_step
def check_address(step_context: StepContext, address_id: str) -> dict:
    return check_address_logic(address_id)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    address_id = event["address_id"]
    checked = context.step(check_address(address_id))
    checked = context.step(lambda _: check_address_logic(address_id))  # expect: DUR402[W]
    return checked
