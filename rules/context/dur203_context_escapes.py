"""DUR203: a context that is kept or handed where its body does not control it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.rule import Example, Rule


class ContextEscapes(Rule):
    """A context that leaves its body is used for the wrong execution, at the wrong time, or in no fixed order.

    A DurableContext belongs to one invocation of one body. Kept in a module global, a class attribute or an object that
    outlives the invocation, it is still there when the same process serves another execution. Handed to a thread, its
    operations come in an order that no replay repeats. A child's context that is used after the child has ended adds
    operations to a context that is recorded as finished.

    Pass the context as an argument, or keep it on an object made in the handler. Use ``parallel`` or ``map`` instead of
    threads, and the outer context after a child has ended.
    """

    code = "DUR203"
    name = "context-escapes"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

current = {}


@durable_step
def weigh(step_context: StepContext, parcel: str) -> int:
    return len(parcel)


def weigh_current(parcel: str) -> int:
    return current["context"].step(weigh(parcel))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    current["context"] = context  # <- DUR203[E]
    return {"grams": weigh_current(event["parcel"])}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def weigh(step_context: StepContext, parcel: str) -> int:
    return len(parcel)


def weigh_current(context: DurableContext, parcel: str) -> int:
    return context.step(weigh(parcel))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"grams": weigh_current(context, event["parcel"])}
""",
        ),
        Example(
            title="a class attribute, in a module of its own",
            files={
                "desk.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def stamp(step_context: StepContext, letter: str) -> str:
    return f"stamped {letter}"


class SharedDesk:
    context: DurableContext | None = None



class Desk:
    def __init__(self, context: DurableContext) -> None:
        self.context = context

    def stamp(self, letter: str) -> str:
        return self.context.step(stamp(letter))
""",
            },
            bad="""
import desk
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    desk.SharedDesk.context = context  # <- DUR203[E]
    return {"letter": context.step(desk.stamp(event["letter"]))}
""",
            good="""
import desk
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"letter": desk.Desk(context).stamp(event["letter"])}
""",
        ),
        Example(
            title="after the child has ended",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def open_file(step_context: StepContext, case: str) -> str:
    return f"file of {case}"


@durable_step
def close_file(step_context: StepContext, file: str) -> str:
    return f"closed {file}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    kept = []

    def start(ctx: DurableContext) -> str:
        kept.append(ctx)
        return ctx.step(open_file(event["case"]))

    file = context.run_in_child_context(start, name="start_case")
    return {"file": kept[0].step(close_file(file))}  # <- DUR203[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def open_file(step_context: StepContext, case: str) -> str:
    return f"file of {case}"


@durable_step
def close_file(step_context: StepContext, file: str) -> str:
    return f"closed {file}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def start(ctx: DurableContext) -> str:
        return ctx.step(open_file(event["case"]))

    file = context.run_in_child_context(start, name="start_case")
    return {"file": context.step(close_file(file))}
""",
        ),
        Example(
            title="in threads",
            bad="""
from concurrent.futures import ThreadPoolExecutor

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


def resize_one(context: DurableContext, image: str) -> str:
    return context.step(resize(image), name=f"resize_{image}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with ThreadPoolExecutor(max_workers=4) as pool:
        first = pool.submit(resize_one, context, event["first"])  # <- DUR108[E], DUR203[E]
    return {"first": first.result()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


def resize_one(ctx: DurableContext, image: str, index: int, images: list[str]) -> str:
    return ctx.step(resize(image), name=f"resize_{image}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    resized = context.map([event["first"]], resize_one, name="resize_all")
    resized.throw_if_error()
    return {"first": resized.get_results()[0]}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Contexts that are stored or handed away, and operations on the context of a body that has ended."""
        for escape in body.escapes.values():
            if escape.in_thread:
                message = "the context goes to a thread: its operations come in another order on every replay"
                instead = "Use context.parallel or context.map, which give each branch a context of its own"
            else:
                message = (
                    f"the context goes into {escape.how}: it is still there when this process serves the next execution"
                )
                instead = "Pass the context as an argument, or keep it on an object made in this function"
            yield self.finding(escape.site, message, help=instead)
        places: set[ast.AST] = set()
        for operation in body.late_operations:
            place = operation.place
            if place.node not in places:
                places.add(place.node)
                yield self.finding(
                    place,
                    f"{operation.label} uses a child's context after the child has ended: a replay finds the child "
                    "finished and never makes that context",
                    help="Use the context of this function",
                    chain=operation.hops(),
                )
