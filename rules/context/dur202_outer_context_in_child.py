"""DUR202: the outer context's operations inside a child context, branch or map function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.operations import Operation
from durable_lint.rule import Example, Rule


class OuterContextInChild(Rule):
    """A child context, branch or map function that uses the context around it breaks the next replay.

    Each context counts its own operations. An operation on the outer context is recorded there, although it runs in
    the child: once the child has finished, a replay takes its recorded result, skips the operation, and the outer
    context's later operations get wrong ids. In branches and map functions, which run at the same time, even the order
    differs from run to run. The execution fails with NonDeterministicExecutionError or goes on with wrong results.

    Use the context that the function receives as its first argument. The outer context's logger may be used.
    """

    code = "DUR202"
    name = "outer-context-in-child"
    fixes = (Safety.SAFE,)
    fix_help = (
        "The operation is started on the function's own context, or its helper is handed that one. No fix where the "
        "function has no parameter for a context yet (DUR207), where a helper holds the outer "
        "context itself, and where another operation there has the same name."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, parcel: str) -> str:
    return f"packed {parcel}"


@durable_step
def label(step_context: StepContext, parcel: str) -> str:
    return f"labelled {parcel}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def prepare(ctx: DurableContext) -> str:
        ctx.step(pack(event["parcel"]))
        return context.step(label(event["parcel"]))  # <- DUR202[E]

    return {"state": context.run_in_child_context(prepare, name="prepare_parcel")}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, parcel: str) -> str:
    return f"packed {parcel}"


@durable_step
def label(step_context: StepContext, parcel: str) -> str:
    return f"labelled {parcel}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def prepare(ctx: DurableContext) -> str:
        ctx.step(pack(event["parcel"]))
        context.logger.info("packed")
        return ctx.step(label(event["parcel"]))

    return {"state": context.run_in_child_context(prepare, name="prepare_parcel")}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, parcel: str) -> str:
    return f"packed {parcel}"


@durable_step
def label(step_context: StepContext, parcel: str) -> str:
    return f"labelled {parcel}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def prepare(ctx: DurableContext) -> str:
        ctx.step(pack(event["parcel"]))
        return ctx.step(label(event["parcel"]))

    return {"state": context.run_in_child_context(prepare, name="prepare_parcel")}
""",
        ),
        Example(
            title="in branches and map functions",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ask_carrier(step_context: StepContext, carrier: str) -> int:
    return len(carrier)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def quote(ctx: DurableContext, carrier: str, index: int, carriers: list[str]) -> int:
        return context.step(ask_carrier(carrier), name=f"ask_{carrier}")  # <- DUR202[E]

    quotes = context.map(event["carriers"], quote, name="quotes")
    quotes.throw_if_error()
    express = context.parallel(
        [
            lambda ctx: context.step(ask_carrier("falcon"), name="ask_falcon"),  # <- DUR202[E]
            lambda ctx: ctx.step(ask_carrier("heron"), name="ask_heron"),
        ],
        name="express",
    )
    express.throw_if_error()
    return {"quotes": quotes.get_results(), "express": express.get_results()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ask_carrier(step_context: StepContext, carrier: str) -> int:
    return len(carrier)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def quote(ctx: DurableContext, carrier: str, index: int, carriers: list[str]) -> int:
        return ctx.step(ask_carrier(carrier), name=f"ask_{carrier}")

    quotes = context.map(event["carriers"], quote, name="quotes")
    quotes.throw_if_error()
    express = context.parallel(
        [
            lambda ctx: ctx.step(ask_carrier("falcon"), name="ask_falcon"),
            lambda ctx: ctx.step(ask_carrier("heron"), name="ask_heron"),
        ],
        name="express",
    )
    express.throw_if_error()
    return {"quotes": quotes.get_results(), "express": express.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ask_carrier(step_context: StepContext, carrier: str) -> int:
    return len(carrier)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def quote(ctx: DurableContext, carrier: str, index: int, carriers: list[str]) -> int:
        return ctx.step(ask_carrier(carrier), name=f"ask_{carrier}")

    quotes = context.map(event["carriers"], quote, name="quotes")
    quotes.throw_if_error()
    express = context.parallel(
        [
            lambda ctx: ctx.step(ask_carrier("falcon"), name="ask_falcon"),
            lambda ctx: ctx.step(ask_carrier("heron"), name="ask_heron"),
        ],
        name="express",
    )
    express.throw_if_error()
    return {"quotes": quotes.get_results(), "express": express.get_results()}
""",
        ),
        Example(
            title="handed on to a helper",
            files={
                "mailing.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def send(step_context: StepContext, address: str, text: str) -> str:
    return f"{text} to {address}"


def notify(context: DurableContext, address: str, text: str) -> str:
    return context.step(send(address, text))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from mailing import notify


@durable_with_child_context
def announce(ctx: DurableContext, outer: DurableContext, address: str) -> str:
    notify(ctx, address, "it is coming")
    return notify(outer, address, "it is here")  # <- DUR202[E]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"mail": context.run_in_child_context(announce(context, event["address"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from mailing import notify


@durable_with_child_context
def announce(ctx: DurableContext, address: str) -> str:
    notify(ctx, address, "it is coming")
    return notify(ctx, address, "it is here")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"mail": context.run_in_child_context(announce(event["address"]))}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from mailing import notify


@durable_with_child_context
def announce(ctx: DurableContext, outer: DurableContext, address: str) -> str:
    notify(ctx, address, "it is coming")
    return notify(ctx, address, "it is here")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"mail": context.run_in_child_context(announce(context, event["address"]))}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Operations that a body of its own context starts on another one."""
        places: set[ast.AST] = set()
        for operation in body.outer_operations:
            place = operation.place
            if place.node in places:
                continue
            places.add(place.node)
            trail = f" ({operation.trail(body.name)})" if operation.via else ""
            yield self.finding(
                place,
                f"{operation.label} uses the context around this {body.kind.value}: a replay that skips the finished "
                f"{body.kind.value} gives later operations the wrong ids{trail}",
                help="Use the context that the function receives as its first argument",
                chain=operation.hops(),
                fix=self._fix(body, operation),
            )

    def _fix(self, body: Body, operation: Operation) -> Fix | None:
        """The operation on the body's own context."""
        edits = rewrite.receivers.on_own_context(body, operation)
        if edits is None:
            return None
        return Fix(f"Use the context of this {body.kind.value}", Safety.SAFE, edits, changes_operations=True)
