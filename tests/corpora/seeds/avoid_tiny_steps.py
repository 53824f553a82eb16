# expect-info
"""A step each for what needs none."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    width = context.step(lambda _: event["width"])  # expect: DUR402[W] DUR801[I]
    height = context.step(lambda _: event["height"])  # expect: DUR402[W] DUR801[I]
    area = context.step(lambda _: width * height)  # expect: DUR402[W] DUR801[I]
    return {"area": area}
