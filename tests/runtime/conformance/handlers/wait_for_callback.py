"""Requirements 7-*: a submitter and the callback that it asks for."""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python import (
    CallbackError,
    CallbackTimeoutError,
    DurableContext,
    durable_execution,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.serdes import JsonSerDes
from aws_durable_execution_sdk_python.types import WaitForCallbackContext

from tests.runtime.conformance.handlers.step import every_second, same
from tests.runtime.conformance.registry import requirement


def submit(callback_id: str, submitter: WaitForCallbackContext) -> None:
    """Nobody has to be told: the conformance package finds the callback in the history."""


def unreachable(callback_id: str, submitter: WaitForCallbackContext) -> None:
    raise RuntimeError("nobody takes the callback")


@requirement("7-1")
@durable_execution
def one_submission(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, name=event)


@requirement("7-2")
@durable_execution
def named_submission(event: None, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, name="approval")


@requirement("7-3")
@durable_execution
def unnamed_submission(event: None, context: DurableContext) -> Any:
    return context.wait_for_callback(lambda callback_id, submitter: None)


@requirement("7-4")
@durable_execution
def refused(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, name=event)


@requirement("7-5")
@durable_execution
def timed_out(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, event, WaitForCallbackConfig(timeout=Duration.from_seconds(3)))


@requirement("7-6")
@durable_execution
def caught_refusal(event: str, context: DurableContext) -> Any:
    try:
        return context.wait_for_callback(submit, name=event)
    except CallbackError:
        return "recovered"


@requirement("7-7")
@durable_execution
def submitter_without_retries_left(event: str, context: DurableContext) -> Any:
    retries = every_second(2).retry_strategy
    return context.wait_for_callback(unreachable, event, WaitForCallbackConfig(retry_strategy=retries))


@requirement("7-8")
@durable_execution
def submission_in_a_child(event: str, context: DurableContext) -> Any:
    @durable_with_child_context
    def wrapper(child: DurableContext) -> Any:
        return child.wait_for_callback(submit, name=event)

    return context.run_in_child_context(wrapper())


@requirement("7-9")
@durable_execution
def two_submissions(event: None, context: DurableContext) -> Any:
    context.wait_for_callback(submit, name="first")
    return context.wait_for_callback(submit, name="second")


@requirement("7-10")
@durable_execution
def submission_after_others(event: str, context: DurableContext) -> Any:
    context.wait(Duration.from_seconds(1))
    context.step(same({"fixed": "data"}))
    return context.wait_for_callback(submit, name=event)


@requirement("7-11")
@durable_execution
def parsed_result(event: str, context: DurableContext) -> str:
    answer: dict[str, str] = context.wait_for_callback(submit, event, WaitForCallbackConfig(serdes=JsonSerDes()))
    return answer["status"]


@requirement("7-12")
@durable_execution
def without_heartbeat(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, event, WaitForCallbackConfig(heartbeat_timeout=Duration.from_seconds(5)))


@requirement("7-13")
@durable_execution
def with_heartbeat(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, event, WaitForCallbackConfig(heartbeat_timeout=Duration.from_seconds(10)))


@requirement("7-14")
@durable_execution
def caught_timeout(event: str, context: DurableContext) -> Any:
    try:
        return context.wait_for_callback(submit, event, WaitForCallbackConfig(timeout=Duration.from_seconds(3)))
    except CallbackTimeoutError:
        return "timed-out-handled"


@requirement("7-15")
@durable_execution
def empty_success(event: str, context: DurableContext) -> Any:
    return context.wait_for_callback(submit, name=event)
