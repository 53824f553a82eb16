# expect-info
"""Rents out building machines: an offer, a signature, the delivery, the return and the inspection."""

from __future__ import annotations

import os

from aws_durable_execution_sdk_python import (
    CallbackError,
    CallbackTimeoutError,
    ChildContextError,
    DurableContext,
    durable_execution,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from rental import asking, depot, inspection, limits
from rental.limits import Deadlines

DEPOT = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(max_attempts=4, initial_delay=limits.BACKOFF),  # expect: DUR705[E]
    )
)
NOTICE = Duration.from_seconds(float(os.environ.get("NOTICE_SECONDS", "60")))


@durable_execution
def rent(event: dict, context: DurableContext) -> dict:
    """One rental from the offer to the bill."""
    machine, customer = event["machine"], event["customer"]
    signature = asking.open_question(context, customer, "signature")
    context.step(depot.reserve(machine), name="reserve_machine", config=DEPOT)
    try:
        signed = asking.answer_of(signature)
    except CallbackTimeoutError:
        context.step(depot.release(machine), name="release_machine")
        return {"state": "not signed", "machine": machine}

    context.wait(NOTICE, name="notice_wait")
    context.wait(limits.CLEANING, name="cleaning_wait")  # expect: DUR705[E] DUR806[I]
    delivery = context.create_callback(
        name="delivery_callback",
        config=CallbackConfig(timeout=Deadlines.DELIVERY, heartbeat_timeout=Deadlines.SIGN_OF_LIFE),
    )
    context.step(depot.dispatch(machine, delivery.callback_id), name="dispatch_machine")
    delivered = delivery.result()  # expect: DUR702[I]

    asking.open_question(context, customer, "return")
    try:
        report = context.run_in_child_context(inspection.inspect, name="inspect_machine")
    except ChildContextError:
        report = {"state": "not inspected"}
    return {"signed": signed, "delivered": delivered, "report": report}


@durable_execution
def extend(event: dict, context: DurableContext) -> dict:
    """A longer rental, when the depot agrees."""
    config = CallbackConfig(**event["limits"])
    approval = context.create_callback(name="approval_callback", config=config)
    context.step(depot.ask_for_approval(approval.callback_id), name="ask_for_approval")
    late = context.create_callback(name="objection_callback", config=limits.config_for(event))  # expect: DUR104[I]
    context.logger.info("objection", extra={"callback": late.callback_id})
    asking.remember(late)
    try:
        answer = approval.result()
    except CallbackError:
        answer = None
    state = depot.follow(context, event["machine"])
    return {"approved": answer == "yes", "state": state}


@durable_execution
def recall(event: dict, context: DurableContext) -> dict:
    """A machine that has to come back at once."""
    told = context.create_callback(  # expect: DUR706[W]
        "recall_callback",
        CallbackConfig(timeout=limits.AT_ONCE),  # expect: DUR704[W]
    )
    context.logger.warning("recalled, answer with %s", told.callback_id)
    said = told.result()
    if said is None:
        said = "nothing"
    parts = context.wait_for_callback(  # expect: DUR701[W] DUR706[W] DUR702[I]
        depot.order_parts(event["machine"]), name="parts_callback"
    )
    return {"said": said, "parts": parts}
