"""Steps hand on what they know by returning it."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def deliver(address: str, subject: str | None) -> None:
    """Stands for the mail gateway."""


@durable_step
def load_member(step_context: StepContext, member_id: str) -> dict:
    return {"member_id": member_id, "name": "Ada Byron"}


@durable_step
def send_welcome(step_context: StepContext, member: dict) -> bool:
    deliver(member["name"], member.get("subject"))
    return True


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    member = context.step(load_member(event["member_id"]))
    welcomed = context.step(send_welcome(member))
    return {"welcomed": welcomed}
