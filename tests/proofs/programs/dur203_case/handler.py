"""Opens a case, and closes it when it has been looked at."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def open_case(step_context: StepContext, case: str) -> None:
    did(f"open {case}")


@durable_step
def look_at(step_context: StepContext, case: str) -> str:
    did(f"look at {case}")
    return "nothing found"


@durable_step
def close_case(step_context: StepContext, case: str, found: str) -> None:
    did(f"close {case}: {found}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    desks = []

    def examine(ctx: DurableContext) -> str:
        desks.append(ctx)
        ctx.step(open_case(event["case"]))
        return ctx.step(look_at(event["case"]))

    found = context.run_in_child_context(examine, name="examine_case")
    desks[0].step(close_case(event["case"], found))
    return {"found": found}
