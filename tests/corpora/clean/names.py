"""Names of operations."""

from functools import partial

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

PREFIX = "load"
LONG = "a" * 256


@durable_step
def load(step_context: StepContext, key: str) -> str:
    return key


@durable_with_child_context
def both(ctx: DurableContext, key: str) -> list[str]:
    return [ctx.step(load(key), name="load_left"), ctx.step(load(key), name="load_right")]


def plain(step_context: StepContext) -> str:
    return "plain"


def operation_name(kind: str, key: str) -> str:
    return f"{kind}:{key}"


@durable_execution
def positional(event: dict, context: DurableContext) -> dict:
    context.step(load("a"), "load_a")
    context.step(plain, "call_plain")
    context.step(lambda _: 1, "count_one")
    context.run_in_child_context(lambda ctx: ctx.step(load("b")), "load_b")
    context.wait(Duration.from_seconds(5), "settle_wait")
    context.map(["x"], lambda ctx, item, index, items: ctx.step(load(item)), "load_all").throw_if_error()
    context.parallel([lambda ctx: ctx.step(load("y"))], "load_branches").throw_if_error()
    context.invoke("other:live", {"a": 1}, "call_other")
    answer = context.create_callback("answer_callback", CallbackConfig(timeout=Duration.from_hours(1)))
    context.step(lambda _: {"answer_to": answer.callback_id}, "ask_other")
    return {"answer": answer.result()}


@durable_execution
def no_name_where_the_sdk_has_one(event: dict, context: DurableContext) -> dict:
    context.step(load("a"), name=None)
    context.step(load("b"))
    context.run_in_child_context(both("c"))
    context.wait(Duration.from_seconds(5))
    return {}


@durable_execution
def names_that_vary(event: dict, context: DurableContext) -> dict:
    for index, key in enumerate(event["keys"]):
        context.step(load(key), name=f"{PREFIX}_{index}")
        context.step(load(key), name="load_" + key)
        context.step(load(key), name="load_%s_%d" % (key, index))
        context.step(load(key), name="load_{}".format(index))
        context.step(load(key), name=operation_name("load", key))
        context.step(load(key), name="_".join(["load", key, str(index)]))
        context.wait(Duration.from_seconds(1), name=f"pause_{index}_wait")
    attempt = 0
    while attempt < 3:
        context.step(load("x"), name=f"attempt_{attempt}")
        attempt += 1
    return {}


@durable_execution
def fixed_and_legal(event: dict, context: DurableContext) -> dict:
    context.step(load("a"), name=LONG)
    context.step(load("a"), name="load order #1 (first) ~ 100 %")
    context.step(partial(plain), name="call_partial")
    name = f"load_{event['id']}"
    context.step(load("a"), name=name)
    context.step(load("a"), name=operation_name("load", event["id"]))
    return {}


@durable_execution
def same_name_on_different_paths(event: dict, context: DurableContext) -> dict:
    if event["fast"]:
        result = context.step(load("fast"), name="load_order")
    else:
        result = context.step(load("slow"), name="load_order")
    context.run_in_child_context(both("one"), name="load_first_pair")
    context.run_in_child_context(both("two"), name="load_second_pair")
    return {"result": result}


@durable_execution
def early_return_paths(event: dict, context: DurableContext) -> dict:
    if event.get("cancelled"):
        context.step(load("cancelled"), name="notify_customer")
        return {"state": "cancelled"}
    context.step(load("done"), name="notify_customer")
    return {"state": "done"}
