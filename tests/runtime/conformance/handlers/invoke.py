"""Requirements 5-*: calls of other functions."""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python import (
    DurableContext,
    InvokeError,
    durable_execution,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration, InvokeConfig

from tests.runtime.conformance.handlers.step import UpperCase, same
from tests.runtime.conformance.registry import BROKEN, ECHO, requirement, target

# The most that an asynchronous call of a function may carry, less the quotes around it.
LARGEST_PAYLOAD = 262_144 - 2


class UpperCaseText(UpperCase):
    """Capitals on both ways, whatever the text stands for."""

    def deserialize(self, data: str, _: Any) -> str:
        return data.upper()


class UpperCaseData(UpperCase):
    """Writes the ``data`` of a payload in capitals, as JSON text."""

    def serialize(self, value: dict[str, str], _: Any) -> str:  # type: ignore[override]
        return f'"{value["data"].upper()}"'


@target(ECHO)
@durable_execution
def echo(event: Any, context: DurableContext) -> Any:
    return event


@target(BROKEN)
@durable_execution
def always_fails(event: Any, context: DurableContext) -> None:
    raise RuntimeError("the target is out of order")


@requirement("5-1")
@durable_execution
def one_call(event: str, context: DurableContext) -> Any:
    return context.invoke(ECHO, event)


@requirement("5-2")
@durable_execution
def named_call(event: dict[str, str], context: DurableContext) -> Any:
    return context.invoke(ECHO, event["payload"], name=event["name"])


@requirement("5-3")
@durable_execution
def nested_payload(event: dict[str, Any], context: DurableContext) -> Any:
    return context.invoke(ECHO, event)


@requirement("5-4")
@durable_execution
def no_payload(event: None, context: DurableContext) -> Any:
    return context.invoke(ECHO, None)


@requirement("5-5")
@durable_execution
def failing_call(event: None, context: DurableContext) -> Any:
    return context.invoke(BROKEN, event)


@requirement("5-6")
@durable_execution
def caught_call(event: None, context: DurableContext) -> Any:
    try:
        return context.invoke(BROKEN, event)
    except InvokeError:
        return "fallback"


@requirement("5-7")
@durable_execution
def large_payload(event: None, context: DurableContext) -> int:
    return len(context.invoke(ECHO, "x" * LARGEST_PAYLOAD))


@requirement("5-8")
@durable_execution
def call_of_a_tenant(event: dict[str, str], context: DurableContext) -> Any:
    return context.invoke(ECHO, event["payload"], config=InvokeConfig(tenant_id=event["tenantId"]))


@requirement("5-9")
@durable_execution
def replayed_call(event: None, context: DurableContext) -> Any:
    result = context.invoke(ECHO, "echoed")
    context.wait(Duration.from_seconds(1))
    return result


@requirement("5-10")
@durable_execution
def replayed_failure(event: None, context: DurableContext) -> str:
    message = "nothing was raised"
    try:
        context.invoke(BROKEN, event)
    except InvokeError as error:
        message = str(error)
    context.wait(Duration.from_seconds(1))
    return message


@requirement("5-11")
@durable_execution
def step_then_call(event: None, context: DurableContext) -> Any:
    return context.invoke(ECHO, context.step(same("prepared")))


@requirement("5-12")
@durable_execution
def call_then_step(event: None, context: DurableContext) -> Any:
    return context.step(same(context.invoke(ECHO, "echoed")))


@requirement("5-13")
@durable_execution
def call_in_a_child(event: None, context: DurableContext) -> Any:
    @durable_with_child_context
    def calling(child: DurableContext) -> Any:
        return child.invoke(ECHO, "from the child")

    return context.run_in_child_context(calling())


@requirement("5-14")
@durable_execution
def two_calls(event: None, context: DurableContext) -> list[Any]:
    return [context.invoke(ECHO, "first"), context.invoke(ECHO, "second")]


@requirement("5-15")
@durable_execution
def own_payload_serdes(event: dict[str, str], context: DurableContext) -> Any:
    return context.invoke(ECHO, event, config=InvokeConfig(serdes_payload=UpperCaseData()))


@requirement("5-16")
@durable_execution
def own_result_serdes(event: str, context: DurableContext) -> Any:
    return context.invoke(ECHO, event, config=InvokeConfig(serdes_result=UpperCaseText()))
