"""The answer is taken for a dict that always comes."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    review = context.create_callback(name="review")  # later: DUR701
    verdict = review.result()
    return {"accepted": verdict["accepted"]}  # expect: DUR306[E]  # later: DUR702
