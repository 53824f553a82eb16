"""DUR801: a step for what needs none."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.granularity import trivial
from durable_lint.rule import Example, Rule


class TrivialStep(Rule):
    """A step only reads or adds up what the code already holds.

    A step records a result because making it again would cost time, give something else or do something twice. Reading
    an entry of the event or adding two recorded numbers does none of that: it gives the same on every replay. As a step
    it costs a request to the service, two entries in the history and one of the 3,000 operations that an execution has.

    Write it as plain code, or put it into the step that uses it. A function that somebody decorated and named may
    compute; one that only looks something up is reported too.
    """

    code = "DUR801"
    name = "trivial-step"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    net = context.step(lambda _: event["net"], name="read_net")  # <- DUR801[I]
    tax = context.step(lambda _: event.get("tax", 0), name="read_tax")  # <- DUR801[I]
    gross = context.step(lambda _: net + tax, name="add_tax")  # <- DUR801[I]
    return {"gross": gross}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def add_tax(step_context: StepContext, net: int, tax: int) -> int:
    return net + tax


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"gross": context.step(add_tax(event["net"], event.get("tax", 0)))}
""",
        ),
        Example(
            title="a decorated function in another module",
            files={
                "readers.py": """
from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def address_of(step_context: StepContext, order: dict) -> str:
    return order["customer"]["address"]


def address(order: dict) -> str:
    return order["customer"]["address"]
""",
            },
            bad="""
import readers
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"address": context.step(readers.address_of(event["order"]))}  # <- DUR801[I]
""",
            good="""
import readers
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"address": readers.address(event["order"])}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Steps of this body that are not worth one."""
        for operation, does in trivial(body) if body.is_replayed else ():
            yield self.finding(
                operation.site,
                f"this step only {does}: it gives the same on every replay without a checkpoint",
                help="Write it as plain code, or put it into the step that uses it",
            )
