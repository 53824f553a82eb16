"""Template method: an abstract workflow in another module, steps as methods."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from workflows.base import Workflow
from workflows.refund import RefundWorkflow


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    workflow: Workflow = RefundWorkflow(context)
    return workflow.execute(event)
