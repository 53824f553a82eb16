"""Plans a shift in a child context and posts the plan."""

from enum import Enum

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did, saw


class Shift(Enum):
    DAY = "day"
    NIGHT = "night"


@durable_step
def read_hour(step_context: StepContext) -> int:
    did("read the hour")
    return 23


def plan(ctx: DurableContext) -> dict:
    hour = ctx.step(read_hour())
    return {"shift": Shift.NIGHT, "hour": hour}


@durable_step
def post(step_context: StepContext, hour: int) -> None:
    did(f"post the plan for {hour}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    planned = context.run_in_child_context(plan, name="plan_shift")
    saw("hour", planned["hour"])
    context.step(post(planned["hour"]))
    return {"hour": planned["hour"]}
