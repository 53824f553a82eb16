"""A lambda with a name of its own."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    greeting = context.step(
        lambda _: "good morning",
        name="compose_greeting",
    )
    return f"Greeting: {greeting}"
