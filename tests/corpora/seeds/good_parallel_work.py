"""Independent work at the same time, as it is printed: branches as separate arguments, the batch read by index."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)


@durable_step
def read_table(step_context: StepContext, table: str, tenant: str) -> dict:
    return {"table": table, "tenant": tenant}


@durable_with_child_context
def load_contract(ctx: DurableContext, tenant: str) -> dict:
    return ctx.step(read_table("contract", tenant))


@durable_with_child_context
def load_usage(ctx: DurableContext, tenant: str) -> dict:
    return ctx.step(read_table("usage", tenant))


@durable_with_child_context
def load_discounts(ctx: DurableContext, tenant: str) -> dict:
    return ctx.step(read_table("discounts", tenant))


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    batch = context.parallel(  # expect: DUR901[E]
        load_contract(event["tenant"]),
        load_usage(event["tenant"]),
        load_discounts(event["tenant"]),
    )

    return {
        "contract": batch[0],  # expect: DUR307[E]
        "usage": batch[1],  # expect: DUR307[E]
        "discounts": batch[2],  # expect: DUR307[E]
    }
