"""Says which shops are open."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def is_open(step_context: StepContext, shop: str) -> bool:
    did(f"look at {shop}")
    return shop != "north"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    shops = ["centre", "north", "south"]
    opened = {shop for shop in shops if context.step(is_open(shop), name=f"is_{shop}_open")}
    return {"open": opened}
