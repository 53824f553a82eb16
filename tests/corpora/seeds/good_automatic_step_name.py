"""The function's own name is the name of the step."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def refund_deposit(step_context: StepContext, euros: float) -> dict:
    return {"state": "refunded", "euros": euros}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    refund = context.step(refund_deposit(25.0))
    return refund
