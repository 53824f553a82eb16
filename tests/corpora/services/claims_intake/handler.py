"""Insurance claims: who may use which context, and where."""

from __future__ import annotations

import os
from typing import Any

import assessment
import evidence
from aws_durable_execution_sdk_python import (
    DurableContext,
    ParallelBranch,
    StepContext,
    durable_execution,
    durable_parallel_branch,
    durable_step,
    durable_wait_for_callback,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext, WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision
from payouts import pay, pay_out, remember_payout

ACTIVE: dict[str, Any] = {}
LIMIT_CENTS = int(os.environ.get("LIMIT_CENTS", "500000"))


@durable_wait_for_callback
def ask_expert(callback_id: str, callback_context: WaitForCallbackContext, claim_id: str) -> None:
    evidence.send_to_expert(claim_id, callback_id)


@durable_parallel_branch(name="read_photos")
def read_photos(ctx: DurableContext, claim_id: str) -> int:
    return ctx.step(evidence.count_photos(claim_id))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    """As it should be."""
    claim_id = event["claim_id"]
    claim = context.step(evidence.load_claim(claim_id))

    def read_statement(ctx: DurableContext) -> str:
        return ctx.step(evidence.load_statement(claim_id))

    batch = context.parallel(
        [read_photos(claim_id), ParallelBranch(read_statement, name="read_statement")],
        name="collect_evidence",
    )
    batch.throw_if_error()
    photos, statement = batch.get_results()

    assessed = context.run_in_child_context(assessment.assess(claim, photos, statement), name="assess_claim")
    if assessed["cents"] > LIMIT_CENTS:
        opinion = context.wait_for_callback(
            ask_expert(claim_id),
            name="expert_callback",
            config=WaitForCallbackConfig(timeout=Duration.from_days(10)),
        )
        if opinion != "agreed":
            return {"claim_id": claim_id, "state": "refused"}

    paid = pay_out(context, claim_id, assessed["cents"])
    return {"claim_id": claim_id, "state": "paid", "payment": paid}


@durable_step
def classify(step_context: StepContext, claim: dict) -> str:
    return "storm" if "roof" in claim["text"] else "other"


@durable_step
def estimate(step_context: StepContext, claim: dict) -> int:
    return 1000 * len(claim["items"])


@durable_with_child_context
async def translate(ctx: DurableContext, text: str) -> str:  # expect: DUR206[E]
    return text


@durable_step
def greet() -> str:  # expect: DUR207[E]
    return "we have received your claim"


@durable_execution
def first_try(event: dict, context: DurableContext) -> dict:
    """The handler of the first week."""
    claim = event["claim"]
    ACTIVE["context"] = context  # expect: DUR203[E]
    kind = classify(claim)  # expect: DUR204[E]
    amount = context.step(estimate)  # expect: DUR205[E]
    context.step(lambda: assessment.round_up(claim["cents"]), name="round_up_claim")  # expect: DUR207[E]
    context.step(greet())

    def assess(ctx: DurableContext) -> dict:
        photos = context.step(evidence.count_photos(claim["id"]), name="count_photos")  # expect: DUR202[E]
        ctx.step(evidence.load_statement(claim["id"]))
        return {"photos": photos}

    context.run_in_child_context(assess, name="assess_claim")
    context.step(lambda _: pay_out(context, claim["id"], amount), name="pay_claim")  # expect: DUR201[E]

    def claim_state(state: dict, check_context: WaitForConditionCheckContext) -> dict:
        paid = context.step(evidence.load_claim(claim["id"]), name="reload_claim")  # expect: DUR201[E]
        return {"paid": paid["paid"]}

    context.wait_for_condition(
        claim_state,
        WaitForConditionConfig(
            wait_strategy=lambda state, attempt: WaitForConditionDecision.stop_polling(),
            initial_state={"paid": False},
        ),
        name="wait_for_payment",
    )
    return {"urgent": kind == "storm"}


class Desk:
    """A desk that keeps the context it was first given, also for the next claim."""

    context: DurableContext | None = None

    def open(self, context: DurableContext) -> None:
        Desk.context = context  # expect: DUR203[E]

    def settle(self, context: DurableContext, claim_id: str) -> str:
        return context.step(pay(claim_id, 100), name="pay_small_claim")


desk = Desk()


@durable_execution
def desk_handler(event: dict, context: DurableContext) -> dict:
    """Small claims at the desk."""
    desk.open(context)
    payment = desk.settle(context, event["claim_id"])
    remember_payout(event["claim_id"], payment)  # expect: DUR105[E]
    return {"payment": payment}


def lambda_handler(event: dict, context: DurableContext) -> dict:  # expect: DUR213[W]
    """Deployed without the decorator."""
    claim = context.step(evidence.load_claim(event["claim_id"]))
    return {"claim": claim}
