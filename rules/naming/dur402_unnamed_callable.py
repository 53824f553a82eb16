"""DUR402: a step or child context without a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.naming import unnamed
from durable_lint.model.things import Function
from durable_lint.model.values import Thing
from durable_lint.rule import Example, Rule


class UnnamedCallable(Rule):
    """A lambda, a plain function, a method or a partial runs as a step or child context without a name.

    Only functions under `@durable_step` and `@durable_with_child_context` lend their names; everything else is
    recorded without one. On replay the SDK compares names at each position, and two operations without a name are
    always equal: after a change that swaps or drops one, each of them takes the recorded result of another and
    nothing fails.

    Give a name, or put the work into a `@durable_step` function, which can be tested on its own too.
    """

    code = "DUR402"
    name = "unnamed-callable"
    severity = Severity.WARNING
    fixes = (Safety.SAFE,)
    fix_help = (
        "Names it after the function that runs, or after the one that a lambda calls and what becomes of the result. "
        "There is none where that would say nothing, as `do_it` or `step1` do."
    )
    examples = (
        Example(
            title="lambda, plain function and partial",
            bad="""
from functools import partial

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution


def count_pages(step_context: StepContext) -> int:
    return 12


def print_pages(copies: int, step_context: StepContext) -> int:
    return copies


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    title = context.step(lambda _: event["title"].strip())  # <- DUR402[W]
    pages = context.step(count_pages)  # <- DUR402[W]
    printed = context.step(partial(print_pages, 3))  # <- DUR402[W]
    return {"title": title, "pages": pages, "printed": printed}
""",
            good="""
from functools import partial

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_pages(step_context: StepContext) -> int:
    return 12


def print_pages(copies: int, step_context: StepContext) -> int:
    return copies


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    title = context.step(lambda _: event["title"].strip(), name="clean_title")
    pages = context.step(count_pages())
    printed = context.step(partial(print_pages, 3), "print_pages")
    return {"title": title, "pages": pages, "printed": printed}
""",
            fixed="""
from functools import partial

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution


def count_pages(step_context: StepContext) -> int:
    return 12


def print_pages(copies: int, step_context: StepContext) -> int:
    return copies


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    title = context.step(lambda _: event["title"].strip(), name="strip_title")
    pages = context.step(count_pages, name="count_pages")
    printed = context.step(partial(print_pages, 3), name="print_pages")
    return {"title": title, "pages": pages, "printed": printed}
""",
        ),
        Example(
            title="a child context in another module",
            files={
                "phases.py": """
from aws_durable_execution_sdk_python import DurableContext


def settle(child_context: DurableContext) -> str:
    return child_context.step(lambda _: "settled", name="settle_account")
"""
            },
            bad="""
import phases
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(phases.settle)  # <- DUR402[W]
""",
            good="""
import phases
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(phases.settle, name="settle")
""",
            fixed="""
import phases
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.run_in_child_context(phases.settle, name="settle")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Steps and child contexts of this body that nothing names."""
        if not body.is_replayed:
            return
        for operation, thing in unnamed(body):
            what, name = _described(thing)
            yield self.finding(
                operation.site,
                f"this {operation.noun} is recorded without a name ({what} has none): "
                "replay cannot tell it from any other without one",
                help=f'Name it: name="{name}"' if name else "Name it after what it does: name=...",
                fix=rewrite.renaming.named(body, operation),
            )


def _described(thing: Thing) -> tuple[str, str]:
    """How to call a callable, and a name that its operation could have."""
    if not isinstance(thing, Function):
        return "a partial", ""
    if not isinstance(thing.node, ast.Lambda):
        return ("a method" if thing.owner is not None else "a plain function"), thing.node.name
    body = thing.node.body
    match body.func if isinstance(body, ast.Call) else None:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            return "a lambda", name
    return "a lambda", ""
