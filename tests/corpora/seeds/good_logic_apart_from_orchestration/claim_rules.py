"""What a claim must have: no word about orchestration."""

from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def check_claim(step_context: StepContext, claim: dict) -> dict:
    if not claim.get("receipts"):
        raise ValueError("a claim needs receipts")
    return {**claim, "checked": True}
