"""At-most-once semantics kept in a variable."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics


@durable_step
def issue_voucher(step_context: StepContext, euros: float) -> dict:
    """Print a voucher: once is enough."""
    return {"voucher": "v-5", "state": "printed"}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    settings = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)  # expect: DUR602[W]

    voucher = context.step(
        issue_voucher(event["euros"]),
        config=settings,
    )
    return voucher
