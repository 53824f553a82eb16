"""Packs and labels a parcel in a child context, then hands it over."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


@durable_step
def work(step_context: StepContext, parcel: str, verb: str) -> str:
    did(f"{verb} {parcel}")
    return f"{verb} {parcel}: done"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = event["parcel"]

    def prepare(ctx: DurableContext) -> str:
        ctx.step(work(parcel, "pack"), name="pack")
        return context.step(work(parcel, "label"), name="label")

    prepared = context.run_in_child_context(prepare, name="prepare_parcel")
    handed_over = context.step(work(parcel, "hand over"), name="hand_over")
    return {"prepared": prepared, "handed_over": handed_over}
