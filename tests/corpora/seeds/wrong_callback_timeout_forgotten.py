# expect-info
"""The answer is taken for a dict that always comes."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    review = context.create_callback(name="review")  # expect: DUR405[I] DUR701[W] DUR706[W]
    verdict = review.result()  # expect: DUR702[I]
    return {"accepted": verdict["accepted"]}  # expect: DUR306[E]
