# expect-info
"""A handler that means to do everything."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def run_the_help_desk(event: dict, context: DurableContext) -> dict:  # expect: DUR807[I]
    """Classify tickets, plan shifts, send surveys, bill customers..."""
    # Too much for one execution: one failing part takes the others along.
    pass
