"""A device goes offline for good. The decorator was lost when the file was moved."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from iotshared import registry
from policies import retention_days


def lambda_handler(event: dict, context: DurableContext) -> dict:  # expect: DUR213[W]
    serial = event["serial"]
    context.step(registry.detach(serial), name="detach_device")
    context.wait(Duration.from_days(retention_days(event["model"])), name="retention_wait")
    context.step(registry.delete_thing(serial), name="delete_thing")
    return {"serial": serial, "state": "gone"}


@durable_execution
def sweep_handler(event: dict, context: DurableContext) -> dict:
    """Looks for devices that were forgotten."""
    forgotten = registry.inactive_since(days=90)  # expect: DUR105[W]
    for thing in forgotten:
        context.step(registry.detach(thing), name="detach_device")  # expect: DUR401[W]
        context.step(registry.delete_thing(thing), name=f"delete_thing_{thing}")
    return {"removed": len(forgotten)}
