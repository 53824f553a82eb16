"""DUR205: a decorated function handed to an operation without being called."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Fix, Safety
from durable_lint.model.body import Body
from durable_lint.model.operations import Called, Operation
from durable_lint.rule import Example, Rule, unparsed


class StepNotCalled(Rule):
    """A decorated function must be called with its own arguments before it is handed to the context.

    Under ``@durable_step`` and its kin a function takes its arguments first and gives back what the SDK runs. Handed
    over uncalled, it takes the step context for its argument and gives back another function: nothing of its body runs,
    and the result cannot be stored.

    Call it, also when it has no arguments: ``context.step(refresh())``.
    """

    code = "DUR205"
    name = "step-not-called"
    fixes = (Safety.SAFE,)
    fix_help = "The function is called, where it needs no arguments of its own and is of the operation's kind."
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def refresh_prices(step_context: StepContext) -> int:
    return 42


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"prices": context.step(refresh_prices)}  # <- DUR205[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def refresh_prices(step_context: StepContext) -> int:
    return 42


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"prices": context.step(refresh_prices())}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def refresh_prices(step_context: StepContext) -> int:
    return 42


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"prices": context.step(refresh_prices())}
""",
        ),
        Example(
            title="children and branches of another module",
            files={
                "phases.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context


@durable_step
def read_page(step_context: StepContext, page: int) -> str:
    return f"page {page}"


@durable_with_child_context
def read_front(ctx: DurableContext) -> str:
    return ctx.step(read_page(1))


@durable_with_child_context
def read_back(ctx: DurableContext) -> str:
    return ctx.step(read_page(2))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from phases import read_back, read_front


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    front = context.run_in_child_context(read_front)  # <- DUR205[E]
    both = context.parallel([read_front(), read_back], name="both_pages")  # <- DUR205[E]
    both.throw_if_error()
    return {"front": front, "both": both.get_results()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from phases import read_back, read_front


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    front = context.run_in_child_context(read_front())
    both = context.parallel([read_front(), read_back()], name="both_pages")
    both.throw_if_error()
    return {"front": front, "both": both.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from phases import read_back, read_front


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    front = context.run_in_child_context(read_front())
    both = context.parallel([read_front(), read_back()], name="both_pages")
    both.throw_if_error()
    return {"front": front, "both": both.get_results()}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Decorated functions among the callables of this body's own operations."""
        for operation in body.own_operations:
            for called in operation.called:
                if called.is_uncalled:
                    given = unparsed(called.site.node)
                    yield self.finding(
                        called.site,
                        f"{given} is decorated and must be called: {operation.label} gets a function back instead "
                        "of running it, and cannot store that",
                        help=f"Call it with its own arguments: {given}(...)",
                        fix=self._fix(body, operation, called),
                    )

    def _fix(self, body: Body, operation: Operation, called: Called) -> Fix | None:
        """The missing call."""
        edits = rewrite.handing.called_first(body, operation, called)
        return None if edits is None else Fix(f"Call {unparsed(called.site.node)}", Safety.SAFE, edits)
