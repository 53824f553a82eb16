# expect-info
"""Reading the event needs no step."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    nights = context.step(lambda _: event["nights"])  # expect: DUR402[W] DUR801[I]
    rate = context.step(lambda _: event["rate"])  # expect: DUR402[W] DUR801[I]
    price = context.step(lambda _: nights * rate)  # expect: DUR402[W] DUR801[I]
    return {"price": price}
