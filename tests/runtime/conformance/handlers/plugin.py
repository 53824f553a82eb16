"""Requirements 10-*: instrumentation plugins, registered as factories (SDK 3)."""

from __future__ import annotations

import json
from typing import Any

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.plugin import (
    DurableInstrumentationPlugin,
    InvocationEndInfo,
    InvocationStartInfo,
    OperationEndInfo,
    OperationInfo,
    OperationStartInfo,
    OperationType,
    UserFunctionEndInfo,
    UserFunctionStartInfo,
)

from tests.runtime.conformance.handlers.step import ONCE, broken, every_second, flaky, greeting
from tests.runtime.conformance.registry import requirement

PLUGIN = "CONFPLUGIN"
FAULTY = "CONFPLUGIN-FAULTY"


class Telling(DurableInstrumentationPlugin):
    """Writes JSON lines to the standard output, each with the execution that it is about."""

    def __init__(self, name: str, arn: str | None) -> None:
        self.name = name
        self.arn = arn

    def tell(self, hook: str, **fields: Any) -> None:
        print(json.dumps({"plugin": self.name, "hook": hook, **fields, "durableExecutionArn": self.arn}))


class Invocations(Telling):
    """Tells of the begin and the end of invocations."""

    def on_invocation_start(self, info: InvocationStartInfo) -> None:
        self.tell("invocation-start", first=info.is_first_invocation)

    def on_invocation_end(self, info: InvocationEndInfo) -> None:
        self.tell("invocation-end", status=info.status.value)


class Steps(Telling):
    """Tells of the begin and the end of steps."""

    def on_operation_start(self, info: OperationStartInfo) -> None:
        if is_step(info):
            self.tell("operation-start", op=info.operation_id)

    def on_operation_end(self, info: OperationEndInfo) -> None:
        if is_step(info):
            self.tell("operation-end", op=info.operation_id, status=info.status.value)


class Attempts(Telling):
    """Tells of the begin and the end of a step's attempts."""

    def on_user_function_start(self, info: UserFunctionStartInfo) -> None:
        if is_step(info):
            self.tell("attempt-start", n=info.attempt, op=info.operation_id)

    def on_user_function_end(self, info: UserFunctionEndInfo) -> None:
        if is_step(info):
            self.tell("attempt-end", n=info.attempt, outcome=info.outcome.value, op=info.operation_id)


class Faulty(Telling):
    """Tells of everything, and fails at everything."""

    def fail(self, hook: str) -> None:
        self.tell(hook)
        raise RuntimeError(f"the plugin fails in {hook}")

    def on_invocation_start(self, info: InvocationStartInfo) -> None:
        self.fail("invocation-start")

    def on_invocation_end(self, info: InvocationEndInfo) -> None:
        self.fail("invocation-end")

    def on_operation_start(self, info: OperationStartInfo) -> None:
        if is_step(info):
            self.fail("operation-start")

    def on_operation_end(self, info: OperationEndInfo) -> None:
        if is_step(info):
            self.fail("operation-end")

    def on_user_function_start(self, info: UserFunctionStartInfo) -> None:
        if is_step(info):
            self.fail("attempt-start")

    def on_user_function_end(self, info: UserFunctionEndInfo) -> None:
        if is_step(info):
            self.fail("attempt-end")


class Factory:
    """Makes one plugin for each invocation."""

    def __init__(self, kind: type[Telling], name: str = PLUGIN) -> None:
        self.kind = kind
        self.name = name

    def create_plugin(self, info: InvocationStartInfo) -> Telling:
        return self.kind(self.name, info.execution_arn)


def is_step(info: OperationInfo) -> bool:
    return info.operation_type is OperationType.STEP


@requirement("10-1")
@durable_execution(plugins=[Factory(Invocations)])
def invocation_hooks(event: str, context: DurableContext) -> str:
    @durable_step
    def logged_greeting(step: StepContext) -> str:
        step.logger.info("Greeting step running for: %s", event)
        return f"Hello, {event}!"

    return context.step(logged_greeting())


@requirement("10-2")
@durable_execution(plugins=[Factory(Steps)])
def operation_hooks(event: str, context: DurableContext) -> str:
    return context.step(greeting(event))


@requirement("10-3")
@durable_execution(plugins=[Factory(Attempts)])
def attempt_hooks(event: None, context: DurableContext) -> str:
    return context.step(flaky(1, "Operation succeeded"), config=every_second(2))


@requirement("10-4")
@durable_execution(plugins=[Factory(Faulty, FAULTY)])
def faulty_hooks(event: str, context: DurableContext) -> str:
    return context.step(greeting(event))


@requirement("10-5")
@durable_execution(plugins=[Factory(Invocations, "CONFPLUGIN-A"), Factory(Invocations, "CONFPLUGIN-B")])
def two_plugins(event: str, context: DurableContext) -> str:
    return context.step(greeting(event))


@requirement("10-6")
@durable_execution(plugins=[Factory(Invocations)])
def replayed_invocation(event: None, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(2))
    return "waited"


@requirement("10-7")
@durable_execution(plugins=[Factory(Invocations)])
def failing_invocation(event: None, context: DurableContext) -> None:
    context.step(broken(), config=ONCE)
