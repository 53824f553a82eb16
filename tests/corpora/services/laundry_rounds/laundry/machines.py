"""What happens to a basket."""

from __future__ import annotations

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration

from laundry import policies


@durable_step
def wash(step_context: StepContext, basket: str) -> str:
    step_context.logger.info("washing %s", basket)
    return f"{basket}: washed"


@durable_step
def iron(step_context: StepContext, basket: str) -> str:
    if step_context.attempts > 2:  # expect: DUR902[E]
        raise RuntimeError("too crumpled")
    return f"{basket}: ironed"


@durable_with_child_context
def clean(ctx: DurableContext, basket: str) -> str:
    washed = ctx.step(wash(basket), name="wash_basket", config=policies.WASHING)
    Dryer(ctx).dry(20)
    return ctx.step(iron(washed), name="iron_basket", config=policies.IRONING)


class Dryer:
    """Holds on to the context that it is given."""

    def __init__(self, context: DurableContext) -> None:
        self._context = context
        self._pause = context.wait

    def dry(self, minutes: int) -> None:
        self._context.wait(Duration.from_minutes(minutes), name="dry_wait")
        self._pause("cool_wait", Duration.from_minutes(5))  # expect: DUR901[E]

    def air(self) -> None:
        self._pause(minutes=30, name="air_wait")  # expect: DUR901[E]
