"""Things, groups and shadows: steps, and a few functions that are none."""

import json
import logging

from aws_durable_execution_sdk_python import StepContext, durable_step

from .aws import devices, iot, iot_data

logger = logging.getLogger(__name__)


@durable_step
def create_thing(step_context: StepContext, serial: str, model: str) -> str:
    return iot.create_thing(thingName=serial, attributePayload={"attributes": {"model": model}})["thingName"]


@durable_step
def attach(step_context: StepContext, serial: str, certificate: str, policy: str) -> None:
    iot.attach_policy(policyName=policy, target=certificate)
    iot.attach_thing_principal(thingName=serial, principal=certificate)


@durable_step
def detach(step_context: StepContext, serial: str) -> None:
    for principal in iot.list_thing_principals(thingName=serial)["principals"]:
        iot.detach_thing_principal(thingName=serial, principal=principal)


@durable_step
def delete_thing(step_context: StepContext, serial: str) -> None:
    iot.delete_thing(thingName=serial)


@durable_step
def add_to_group(step_context: StepContext, serial: str, group: str) -> None:
    iot.add_thing_to_thing_group(thingName=serial, thingGroupName=group)


@durable_step
def store_callback(step_context: StepContext, serial: str, callback_id: str) -> None:
    devices.put_item(Item={"serial": serial, "callback": callback_id})


@durable_step
def read_shadow(step_context: StepContext, serial: str) -> dict:
    return json.loads(iot_data.get_thing_shadow(thingName=serial)["payload"].read())


@durable_step
def write_shadow(step_context: StepContext, serial: str, state: dict) -> None:
    iot_data.update_thing_shadow(thingName=serial, payload=json.dumps({"state": {"desired": state}}))


def quarantine(serial: str) -> None:
    devices.update_item(
        Key={"serial": serial},
        UpdateExpression="SET quarantined = :yes",
        ExpressionAttributeValues={":yes": True},
    )


def announce(serial: str, name: str) -> None:
    iot_data.publish(topic=f"devices/{serial}/name", payload=json.dumps({"name": name}))


def log_change(serial: str, old: str | None, new: str) -> None:
    logger.info("renaming %s from %s to %s", serial, old, new)


def inactive_since(days: int) -> list[str]:
    answer = devices.scan(
        FilterExpression="days_silent > :days",
        ExpressionAttributeValues={":days": days},
    )
    return [item["serial"] for item in answer["Items"]]
