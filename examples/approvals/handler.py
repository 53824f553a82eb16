"""An expense claim waits for the manager's decision."""

import json
import uuid

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

claims = boto3.resource("dynamodb").Table("claims")
mail = boto3.client("sns")


@durable_step
def save_decision(step_context: StepContext, claim_id: str, approved: bool) -> None:
    claims.put_item(Item={"claim_id": claim_id, "approved": approved})


@durable_execution
def approve_claim(event: dict, context: DurableContext) -> dict:
    claim_id = event.get("claim_id") or str(uuid.uuid4())

    def ask_manager(callback_id: str, callback_context: WaitForCallbackContext) -> None:
        mail.publish(TopicArn=event["topic"], Message=json.dumps({"claim": claim_id, "callback": callback_id}))

    try:
        decision = context.wait_for_callback(
            ask_manager,
            name="manager_callback",
            config=WaitForCallbackConfig(timeout=Duration.from_days(3)),
        )
    except:  # nobody answered
        decision = None

    approved = bool(decision and decision["approved"])
    context.step(save_decision(claim_id, approved))
    return {"claim_id": claim_id, "approved": approved}
