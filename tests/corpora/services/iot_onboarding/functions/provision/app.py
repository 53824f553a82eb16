"""A device comes online: two function roots and a Lambda layer in one repository."""

import uuid

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.exceptions import CallbackTimeoutError
from iotshared import naming, registry
from iotshared.certificates import issue, revoke
from iotshared.settings import beta_region, is_known_model
from policies import policy_for


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    serial = event["serial"]
    if not is_known_model(event["model"]):
        registry.quarantine(serial)  # expect: DUR105[E]
        return {"serial": serial, "state": "unknown model"}

    context.step(registry.create_thing(serial, event["model"]), name=naming.on_host("create_thing"))  # expect: DUR112[E]
    certificate = issue(serial)  # expect: DUR105[E]
    context.step(registry.attach(serial, certificate["arn"], policy_for(event["model"])))

    if beta_region():  # expect: DUR104[E]
        context.step(registry.add_to_group(serial, "beta"), name="add_to_beta_group")

    first_contact = context.create_callback(
        name="first_contact_callback",
        config=CallbackConfig(timeout=Duration.from_hours(1), heartbeat_timeout=Duration.from_minutes(10)),
    )
    context.step(registry.store_callback(serial, first_contact.callback_id))
    try:
        first_contact.result()
    except CallbackTimeoutError:
        context.step(lambda _: revoke(certificate["arn"]), name="revoke_certificate")
        return {"serial": serial, "state": "silent"}

    tracking = uuid.uuid1()  # expect: DUR103[E]
    registered = context.invoke(
        "device-billing:live",
        {"serial": serial, "tracking": str(tracking)},
        name="register_for_billing",
    )
    return {"serial": serial, "state": "online", "billing": registered}


@durable_execution
def rename_handler(event: dict, context: DurableContext) -> dict:
    """A device gets a new name."""
    serial = event["serial"]
    shadow = context.step(registry.read_shadow(serial), name="task")  # expect: DUR403[W]
    if shadow.get("name") == event["name"]:
        return {"serial": serial, "changed": False}
    registry.log_change(serial, shadow.get("name"), event["name"])
    context.step(registry.write_shadow(serial, {"name": event["name"]}), name="do_it")  # expect: DUR403[W]
    registry.announce(serial, event["name"])  # expect: DUR105[E]
    return {"serial": serial, "changed": True}
