"""A lambda as a step, with its name."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    motto = context.step(lambda _: "festina lente", name="quote_motto")
    return motto
