"""The missing answer is looked at, but the answer still arrives as text."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    review = context.create_callback(name="review")  # expect: DUR701[W] DUR706[W]
    verdict = review.result()

    if verdict is None:
        return {"state": "expired", "accepted": False}

    return {"state": "reviewed", "accepted": verdict.get("accepted", False)}  # expect: DUR306[E]
