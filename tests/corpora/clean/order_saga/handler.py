"""Order saga: compensation list of callables, undone in reverse."""

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets
from payments import PaymentGateway
from stock import release, reserve

gateway = PaymentGateway()
ONCE = StepConfig(retry_strategy=RetryPresets.none(), step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY)


@durable_step
def reserve_items(step_context: StepContext, order_id: str, items: list) -> str:
    return reserve(order_id, items)


@durable_step
def release_items(step_context: StepContext, reservation: str) -> None:
    release(reservation)


@durable_step
def charge_card(step_context: StepContext, order_id: str, cents: int) -> dict:
    return gateway.charge(order_id, cents)


@durable_step
def refund_card(step_context: StepContext, charge_id: str) -> None:
    gateway.refund(charge_id)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event["order_id"]
    undo = []
    try:
        reservation = context.step(reserve_items(order_id, event["items"]))
        undo.append(("release_items", lambda: release_items(reservation)))
        charge = context.step(charge_card(order_id, event["cents"]), config=ONCE)
        undo.append(("refund_card", lambda: refund_card(charge["id"])))
        context.step(lambda _: gateway.capture(charge["id"]), name="capture_charge")
    except StepError as error:
        for name, compensate in reversed(undo):
            context.step(compensate(), name=f"undo_{name}")
        return {"order_id": order_id, "state": "cancelled", "reason": str(error)}
    return {"order_id": order_id, "state": "paid"}
