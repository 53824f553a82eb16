"""DUR403: a name that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.naming import says_nothing
from durable_lint.rule import Example, Rule


class GenericName(Rule):
    """An operation's name says that it is an operation, and nothing else.

    The name is what the history of an execution shows, what an alarm at night quotes, and what the SDK compares on
    replay. `step1`, `task` or `do_it` tell nobody what was done, invite copies, and shift when a step is put in
    between, which breaks the executions that are under way.

    Say what happens, as a verb and a noun: `reserve_stock`, `print_label`.
    """

    code = "DUR403"
    name = "generic-name"
    severity = Severity.WARNING
    examples = (
        Example(
            title="numbered steps",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load_parcel(step_context: StepContext, parcel_id: str) -> dict:
    return {"parcel_id": parcel_id}


@durable_step
def do_it(step_context: StepContext, parcel: dict) -> dict:
    return {**parcel, "grams": 310}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = context.step(load_parcel(event["parcel_id"]), name="step1")  # <- DUR403[W]
    return context.step(do_it(parcel))  # <- DUR403[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def load_parcel(step_context: StepContext, parcel_id: str) -> dict:
    return {"parcel_id": parcel_id}


@durable_step
def weigh_parcel(step_context: StepContext, parcel: dict) -> dict:
    return {**parcel, "grams": 310}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    parcel = context.step(load_parcel(event["parcel_id"]), name="load_parcel")
    return context.step(weigh_parcel(parcel))
""",
        ),
        Example(
            title="waits and callbacks",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

A_DAY = CallbackConfig(timeout=Duration.from_days(1))


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.wait(Duration.from_hours(1), name="wait")  # <- DUR403[W]
    callback = context.create_callback(name="my-callback", config=A_DAY)  # <- DUR403[W]
    context.step(lambda _: f"called with {callback.callback_id}", name="Task A")  # <- DUR403[W]
    return callback.result()
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration

A_DAY = CallbackConfig(timeout=Duration.from_days(1))


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.wait(Duration.from_hours(1), name="cooling_wait")
    callback = context.create_callback(name="courier_callback", config=A_DAY)
    context.step(lambda _: f"called with {callback.callback_id}", name="call_courier")
    return callback.result()
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Names of this body's operations that fit any operation."""
        for operation in body.own_operations:
            name = next(iter(operation.name_texts), "" if operation.name is not None else operation.implicit_name or "")
            if name and says_nothing(name):
                yield self.finding(
                    operation.name_site,
                    f"the name {name} says nothing: nobody can tell from the history what this "
                    f"{operation.noun} did, and a copy of it passes for the same operation on replay",
                    help="Say what it does, as a verb and a noun: reserve_stock, print_label",
                )
