"""Operations inside operations belong into a child context, as it is printed: a wait by keyword, a generic name."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)


@durable_step
def stamp_document(step_context: StepContext) -> str:
    return "stamped"


@durable_with_child_context
def settle_and_stamp(child_ctx: DurableContext) -> str:
    child_ctx.wait(seconds=2)  # expect: DUR901[E]
    stamped = child_ctx.step(stamp_document(), name="step2")  # expect: DUR403[W]
    return stamped


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    stamped = context.run_in_child_context(
        settle_and_stamp(),
        name="settlement_block",
    )
    return {"stamped": stamped}
