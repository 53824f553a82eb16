"""DUR703: a long callback that nobody would miss."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.callbacks import limits_of
from durable_lint.model.durations import spelled
from durable_lint.model.effects import Site
from durable_lint.rule import Example, Rule

_A_FEW_MINUTES = 300


class NoHeartbeat(Rule):
    """A callback waits for more than five minutes and has no heartbeat timeout.

    If the system that works on it crashes in the first minute, the execution learns of it when the timeout is over, a
    day later. With a ``heartbeat_timeout`` the other side says regularly that it is still at work
    (``SendDurableExecutionCallbackHeartbeat``), and the callback fails soon after it stops doing so.

    That is for machines. People send no heartbeats: leave this rule off where only they answer.
    """

    code = "DUR703"
    name = "no-heartbeat"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def start(step_context: StepContext, callback_id: str) -> str:
    return f"started with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    render = context.create_callback(
        name="render_callback",
        config=CallbackConfig(timeout=Duration.from_hours(24)),  # <- DUR703[I]
    )
    context.step(start(render.callback_id), name="start_render")
    return {"film": render.result()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def start(step_context: StepContext, callback_id: str) -> str:
    return f"started with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    render = context.create_callback(
        name="render_callback",
        config=CallbackConfig(timeout=Duration.from_hours(24), heartbeat_timeout=Duration.from_minutes(10)),
    )
    context.step(start(render.callback_id), name="start_render")
    return {"film": render.result()}
""",
        ),
        Example(
            title="a configuration from another module",
            files={
                "limits.py": """
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig

MINUTES = 90
LONG = WaitForCallbackConfig(timeout=Duration.from_minutes(MINUTES))
WATCHED = WaitForCallbackConfig(Duration.from_minutes(MINUTES), Duration.from_minutes(5))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from limits import LONG


def start(callback_id: str, _) -> str:
    return f"started with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.wait_for_callback(start, name="training_callback", config=LONG)  # <- DUR703[I]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from limits import WATCHED


def start(callback_id: str, _) -> str:
    return f"started with {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.wait_for_callback(start, name="training_callback", config=WATCHED)
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callbacks of known length without heartbeats."""
        for operation in body.own_operations:
            limits = limits_of(operation) or ()
            long = [limit.timeout for limit in limits if limit.heartbeat == 0 and (limit.timeout or 0) > _A_FEW_MINUTES]
            if long and len(long) == len(limits):
                length = spelled(max(timeout or 0 for timeout in long))
                yield self.finding(
                    Site(operation.site.module, operation.field_node("timeout")),
                    f"if the other side dies, {operation.label} learns of it only after {length}: it has no heartbeat",
                    help="Add heartbeat_timeout=Duration.from_minutes(...), and send heartbeats from the other side",
                )
