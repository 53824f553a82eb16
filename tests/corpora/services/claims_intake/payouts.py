"""Payments of claims."""

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step

_payments = boto3.client("stepfunctions")
_table = boto3.resource("dynamodb").Table("payouts")


@durable_step
def pay(step_context: StepContext, claim_id: str, cents: int) -> str:
    answer = _payments.start_execution(stateMachineArn="payments", name=claim_id, input=str(cents))
    return answer["executionArn"]


def pay_out(context: DurableContext, claim_id: str, cents: int) -> str:
    """Pays in one step; the caller's context records it."""
    return context.step(pay(claim_id, cents), name="pay_claim_amount")


def remember_payout(claim_id: str, payment: str) -> None:
    _table.put_item(Item={"claim": claim_id, "payment": payment})
