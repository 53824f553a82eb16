"""The laundry's rounds: baskets come in, clean ones go out, somebody pays."""

from __future__ import annotations

import os

from aws_durable_execution_sdk_python import DurableContext, durable_execution, with_retry
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig
from laundry import machines, policies

BILLING = os.environ["BILLING_FUNCTION"]


def clean_one(ctx: DurableContext, basket: str, index: int, baskets: list) -> str:
    cleaned = ctx.run_in_child_context(machines.clean(basket), name=f"clean_{index}")
    machines.Dryer(ctx).air()
    return cleaned


def ask_driver(callback_id: str, callback_context) -> dict:
    return {"question": "when do you come?", "answer_to": callback_id}


def look(state: dict, check_context) -> dict:
    return {"left": state["left"] - 1}


def until_empty(state: dict, attempt: int):
    return state["left"] > 0  # expect: DUR904[E]


def pay(ctx: DurableContext, attempt: int) -> object:
    return ctx.invoke(BILLING, {"attempt": attempt}, name="bill_baskets")


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    baskets = event["baskets"]
    round_ = context.map(clean_one, baskets, name="clean_all", config=policies.ROUNDS)  # expect: DUR901[E]
    round_.throw_if_error()
    picked = context.wait_for_callback("pick_up_callback", ask_driver, policies.PICK_UP)  # expect: DUR901[E]
    options = {"name": "fold_baskets", "config": policies.careful(1)}
    folded = context.step(machines.wash("folding"), **options)
    van = WaitForConditionConfig(until_empty, {"left": 3})
    context.wait_for_condition(look, van, name="van_empty_condition")
    paid = with_retry(context, pay, name="pay_round")  # expect: DUR901[E]
    context.logger.notice("paid")  # expect: DUR902[E]
    return {"clean": round_.get_results(), "picked": picked, "folded": folded, "paid": paid}


@durable_execution
def two_by_two(event: dict, context: DurableContext) -> list:
    pairs = [machines.clean(basket) for basket in ("sheets", "towels")]
    cleaned = context.parallel(pairs, "clean_pairs")
    cleaned.throw_if_error()
    others = context.parallel(machines.clean("shirts"), machines.clean("socks"))  # expect: DUR901[E]
    others.throw_if_error()
    context.invoke("laundry-billing", name="bill_pairs")  # expect: DUR901[E]
    return cleaned.get_results() + others.get_results()
