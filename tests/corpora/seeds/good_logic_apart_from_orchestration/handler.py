"""The order in which things happen."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from claim_rules import check_claim


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    claim = event["claim"]
    checked = context.step(check_claim(claim))
    return {"state": "accepted", "claim_id": checked["claim_id"]}
