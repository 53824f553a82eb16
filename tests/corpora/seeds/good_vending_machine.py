"""A vending machine: every effect on the outside world stands in a step or in the submitter of a callback."""

import json

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

slots = boto3.resource("dynamodb").Table("slots")
machine = boto3.client("iot-data")
queue = boto3.client("sqs")


@durable_step
def check_request(step_context: StepContext, request: dict) -> dict:
    if request["coins"] < 0:
        raise ValueError("coins are never negative")
    return {"slot": request["slot"], "euros": request["euros"]}


@durable_step
def reserve_slot(step_context: StepContext, slot: str) -> str:
    slots.update_item(
        Key={"slot": slot},
        UpdateExpression="SET reserved = :yes",
        ExpressionAttributeValues={":yes": True},
    )
    return slot


@durable_step
def release_slot(step_context: StepContext, slot: str) -> str:
    slots.update_item(
        Key={"slot": slot},
        UpdateExpression="SET reserved = :no",
        ExpressionAttributeValues={":no": False},
    )
    return slot


@durable_step
def dispense(step_context: StepContext, slot: str) -> dict:
    machine.publish(topic=f"vending/{slot}", payload=json.dumps({"turn": 1}))
    return {"slot": slot, "dispensed": True}


@durable_step
def write_audit(step_context: StepContext, entry: dict) -> bool:
    slots.put_item(Item={"slot": f"audit#{entry['slot']}", "dispensed": entry["dispensed"]})
    return True


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    request = context.step(check_request(event))
    slot = context.step(reserve_slot(request["slot"]))

    def ask_for_payment(callback_id: str, callback_context: WaitForCallbackContext) -> None:
        queue.send_message(
            QueueUrl="https://example.org/payments",
            MessageBody=json.dumps({"callback": callback_id, "euros": request["euros"]}),
        )

    paid = context.wait_for_callback(
        ask_for_payment,
        name="payment_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_minutes(5)),
    )

    if paid != "paid":
        context.step(release_slot(slot))
        return {"state": "released", "slot": slot}

    dispensed = context.step(dispense(slot))
    context.step(write_audit(dispensed))
    return {"state": "dispensed", "slot": slot}
