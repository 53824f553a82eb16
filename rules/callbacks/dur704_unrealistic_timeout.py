"""DUR704: a callback timeout that cannot do what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.knowledge.durations import durations
from durable_lint.model.body import Body
from durable_lint.model.callbacks import Limits, limits_of
from durable_lint.model.durations import spelled
from durable_lint.model.effects import Site
from durable_lint.rule import Example, Rule

_A_MINUTE = 60


class UnrealisticTimeout(Rule):
    """A callback gives up before anybody can answer, or long after the execution is over.

    The clock runs from the moment the callback is made: in less than a minute the id has hardly reached the other side,
    let alone a person. A heartbeat timeout that is not shorter than the timeout never matters, and the SDK takes it
    without a word. No execution lasts longer than 366 days, so that a longer timeout is none.

    Choose a timeout for what happens in between: how long an answer takes, and some more for retries and delays.
    """

    code = "DUR704"
    name = "unrealistic-timeout"
    severity = Severity.WARNING
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def tell(step_context: StepContext, who: str, callback_id: str) -> str:
    return f"told {who} {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    payment = context.create_callback(
        name="payment_callback",
        config=CallbackConfig(timeout=Duration.from_seconds(5)),  # <- DUR704[W]
    )
    delivery = context.create_callback(
        name="delivery_callback",
        config=CallbackConfig(
            timeout=Duration.from_hours(2),
            heartbeat_timeout=Duration.from_hours(4),  # <- DUR704[W]
        ),
    )
    warranty = context.create_callback("warranty_callback", CallbackConfig(Duration.from_days(730)))  # <- DUR704[W]
    for who, callback in (("bank", payment), ("courier", delivery), ("customer", warranty)):
        context.step(tell(who, callback.callback_id), name=f"tell_{who}")
    return {"paid": payment.result(), "delivered": delivery.result(), "claimed": warranty.result()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_step
def tell(step_context: StepContext, who: str, callback_id: str) -> str:
    return f"told {who} {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    payment = context.create_callback(
        name="payment_callback",
        config=CallbackConfig(timeout=Duration.from_minutes(3)),
    )
    delivery = context.create_callback(
        name="delivery_callback",
        config=CallbackConfig(
            timeout=Duration.from_hours(4),
            heartbeat_timeout=Duration.from_hours(2),
        ),
    )
    warranty = context.create_callback("warranty_callback", CallbackConfig(Duration.from_days(365)))
    for who, callback in (("bank", payment), ("courier", delivery), ("customer", warranty)):
        context.step(tell(who, callback.callback_id), name=f"tell_{who}")
    return {"paid": payment.result(), "delivered": delivery.result(), "claimed": warranty.result()}
""",
        ),
        Example(
            title="limits of a class in another module",
            files={
                "limits.py": """
from aws_durable_execution_sdk_python.config import Duration


class Limits:
    ANSWER = Duration.from_seconds(30)
    SIGN_OF_LIFE = Duration.from_minutes(5)
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import WaitForCallbackConfig
from limits import Limits

CONFIG = WaitForCallbackConfig(timeout=Limits.ANSWER)


def post(callback_id: str, _) -> str:
    return f"posted {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.wait_for_callback(post, name="answer_callback", config=CONFIG)  # <- DUR704[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from limits import Limits

CONFIG = WaitForCallbackConfig(timeout=Duration.from_minutes(30), heartbeat_timeout=Limits.SIGN_OF_LIFE)


def post(callback_id: str, _) -> str:
    return f"posted {callback_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.wait_for_callback(post, name="answer_callback", config=CONFIG)
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Callbacks whose limits are wrong whichever of their configurations they get."""
        for operation in body.own_operations:
            limits = limits_of(operation) or ()
            problems = [problem for limit in limits if (problem := _problem(limit)) is not None]
            if problems and len(problems) == len(limits):
                field, message, remedy = problems[0]
                yield self.finding(Site(operation.site.module, operation.field_node(field)), message, help=remedy)


def _problem(limit: Limits) -> tuple[str, str, str] | None:
    """The field that is wrong, why, and what to do; nothing for what the SDK or the service refuses anyway."""
    timeout, heartbeat = limit.timeout or 0, limit.heartbeat or 0
    table = durations()
    longest = next(place.longest for place in table.places["CallbackConfig"])
    if 0 < timeout < _A_MINUTE:
        return (
            "timeout",
            f"the callback gives up after {spelled(timeout)}, before the other side can answer",
            "Give it the time that an answer takes, and some more",
        )
    if table.longest_execution < timeout <= longest:
        return (
            "timeout",
            f"a timeout of {spelled(timeout)} never ends the callback: no execution lasts longer than 366 days",
            "Give it the time that an answer takes",
        )
    if 0 < timeout <= heartbeat <= longest:
        return (
            "heartbeat_timeout",
            f"a heartbeat timeout of {spelled(heartbeat)} never matters: the callback ends after {spelled(timeout)}",
            "Make the heartbeat timeout a fraction of the timeout",
        )
    return None
