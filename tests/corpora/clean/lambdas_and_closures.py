"""Lambdas: shadowed contexts, bound defaults, calls of what a step function returns."""

from collections.abc import Callable
from functools import partial

from aws_durable_execution_sdk_python import (
    DurableContext,
    ParallelBranch,
    StepContext,
    durable_execution,
    durable_parallel_branch,
    durable_step,
)


@durable_step
def fetch(step_context: StepContext, key: str) -> str:
    return key


@durable_parallel_branch(name="fetch_home")
def fetch_home(ctx: DurableContext) -> str:
    return ctx.step(fetch("home"))


def branch_for(key: str) -> Callable[[DurableContext], str]:
    def branch(ctx: DurableContext) -> str:
        return ctx.step(fetch(key), name=f"fetch_{key}")

    return branch


def with_prefix(prefix: str, ctx: DurableContext, item: str, index: int, items: list[str]) -> str:
    return prefix + ctx.step(fetch(item), name=f"fetch_{index}")


def add(left: int, right: int, step_context: StepContext) -> int:
    return left + right


@durable_execution
def shadowed(event: dict, context: DurableContext) -> dict:
    child = context.run_in_child_context(
        lambda context: context.step(fetch("a")),
        name="fetch_in_child",
    )
    batch = context.map(
        event["keys"],
        lambda context, key, index, keys: context.step(fetch(key), name=f"fetch_{index}"),
        name="fetch_keys",
    )
    batch.throw_if_error()
    return {"child": child, "keys": batch.get_results()}


@durable_execution
def called_in_place(event: dict, context: DurableContext) -> dict:
    one = context.step(lambda _: fetch("a")(_), name="fetch_a")
    two = context.step(lambda step_context: fetch("b")(step_context).upper(), name="fetch_b")
    return {"one": one, "two": two}


@durable_execution
def branch_factories(event: dict, context: DurableContext) -> dict:
    made = context.parallel([branch_for(key) for key in event["keys"]], name="made_branches")
    bound = context.parallel([lambda ctx, key=key: ctx.step(fetch(key)) for key in event["keys"]], name="bound_branches")
    named = context.parallel(
        [ParallelBranch(branch_for("x"), name="fetch_x"), fetch_home(), ParallelBranch(func=branch_for("y"))],
        name="named_branches",
    )
    for batch in (made, bound, named):
        batch.throw_if_error()
    return {"made": made.success_count, "bound": bound.success_count, "named": named.success_count}


@durable_execution
def partials(event: dict, context: DurableContext) -> dict:
    total = context.step(partial(add, 1, 2), name="add_numbers")
    batch = context.map(event["keys"], partial(with_prefix, ">"), name="fetch_with_prefix")
    batch.throw_if_error()
    return {"total": total, "keys": batch.get_results()}


@durable_execution
def steps_kept_for_later(event: dict, context: DurableContext) -> dict:
    pending = fetch("a")
    undo = [fetch("undo_b"), fetch("undo_c")]
    undo.append(fetch("undo_d"))
    table = {"left": fetch("left"), "right": fetch("right")}
    first = context.step(pending)
    second = context.step(table[event["side"]], name="fetch_side")
    for number, step in enumerate(undo):
        context.step(step, name=f"undo_{number}")
    return {"first": first, "second": second}


@durable_execution
def closures(event: dict, context: DurableContext) -> dict:
    prefix = event["prefix"]

    def describe(step_context: StepContext) -> str:
        return f"{prefix}: {step_context.attempt}"

    class Local:
        def run(self, step_context: StepContext) -> str:
            return prefix

        @staticmethod
        def shout(step_context: StepContext) -> str:
            return prefix.upper()

        def __call__(self, step_context: StepContext) -> str:
            return prefix.lower()

    local = Local()
    return {
        "text": context.step(describe, name="describe_prefix"),
        "run": context.step(local.run, name="run_local"),
        "shout": context.step(Local.shout, name="shout_prefix"),
        "call": context.step(local, name="call_local"),
        "any": context.step(lambda *_: prefix, name="any_arguments"),
        "more": context.step(lambda _, extra="x": prefix + extra, name="default_argument"),
    }
