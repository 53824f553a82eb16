# expect-info
"""The same check written as a lambda: it needs a name and cannot be tested alone."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    complete = context.step(
        lambda _: all(field in event for field in ["street", "postcode"]),  # expect: DUR406[I]
        name="check_fields",
    )
    return {"complete": complete}
