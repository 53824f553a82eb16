"""DUR212: a child context, branch or map function without an operation."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.effects import Site
from durable_lint.rule import Example, Rule

_KINDS = frozenset({BodyKind.CHILD, BodyKind.BRANCH, BodyKind.MAP})


class BodyWithoutOperation(Rule):
    """A child context, branch or map function that runs no operation is a step without a step's safety.

    A child context groups operations. Without any, its body is recorded as one result, but it is still replayed code: a
    failure is not retried, and what it did before an interruption is done again.

    Make it a step, or compute the value in place where nothing can fail. Silent where a call cannot be followed.
    """

    code = "DUR212"
    name = "body-without-operation"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def total(ctx: DurableContext) -> int:  # <- DUR212[I]
        return sum(item["cents"] for item in event["items"])

    return {"cents": context.run_in_child_context(total, name="add_up")}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    def total(step_context: StepContext) -> int:
        return sum(item["cents"] for item in event["items"])

    return {"cents": context.step(total, name="add_up")}
""",
        ),
        Example(
            title="operations in helpers count",
            files={
                "mail.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def send(step_context: StepContext, address: str) -> str:
    return f"mail to {address}"


def invite(context: DurableContext, address: str) -> str:
    return context.step(send(address), name=f"invite_{address}")


def wording(address: str) -> str:
    return f"dear {address}"
""",
            },
            bad="""
import mail
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    words = context.map(
        event["addresses"],
        lambda ctx, address, index, addresses: mail.wording(address),  # <- DUR212[I]
        name="words",
    )
    words.throw_if_error()
    return {"words": words.get_results()}
""",
            good="""
import mail
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    invited = context.map(
        event["addresses"],
        lambda ctx, address, index, addresses: mail.invite(ctx, address),
        name="invitations",
    )
    invited.throw_if_error()
    return {"invited": invited.get_results()}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Bodies of child contexts, branches and maps in which everything was followed and no operation found."""
        if body.is_entry and _is_empty(body):
            yield self._empty(body, body.site)
        for operation in body.own_operations:
            for called in operation.called:
                for inner in filter(_is_empty, called.bodies):
                    is_near = called.is_decorated or inner.module is body.module
                    yield self._empty(inner, inner.site if is_near else called.site)

    def _empty(self, body: Body, site: Site) -> Finding:
        return self.finding(
            site,
            f"this {body.kind.value} has no operation: it is recorded as one result, but without a step's retries",
            help="Make it a step, or compute the value in place",
        )


def _is_empty(body: Body) -> bool:
    return (
        body.kind in _KINDS
        and body.is_replayed
        and not body.operations
        and not body.outcomes
        and not body.is_async
        and not body.is_generator
        and body.is_followed
    )
