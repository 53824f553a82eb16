"""Charges orders in branches, which are made in a comprehension."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import ParallelConfig
from ledger import did


@durable_step
def charge(step_context: StepContext, order: str) -> str:
    did(f"charge {order}")
    return f"charged {order}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    branches = [lambda ctx: ctx.step(charge(order), name=f"charge_{order}") for order in event["orders"]]
    batch = context.parallel(branches, name="charge_orders", config=ParallelConfig(max_concurrency=1))
    batch.throw_if_error()
    return {"charged": batch.get_results()}
