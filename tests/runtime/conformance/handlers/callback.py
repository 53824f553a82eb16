"""Requirements 4-*: callbacks that the handler creates and awaits itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from aws_durable_execution_sdk_python import CallbackError, CallbackTimeoutError, DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.serdes import SerDes, SerDesContext

from tests.runtime.conformance.handlers.step import same
from tests.runtime.conformance.registry import requirement


class Message(SerDes[dict[str, Any]]):
    """JSON whose timestamp is text outside and seconds since 1970 inside."""

    def serialize(self, value: dict[str, Any], _: SerDesContext) -> str:
        return json.dumps(value)

    def deserialize(self, data: str, _: SerDesContext) -> dict[str, Any]:
        message = json.loads(data)
        return message | {"timestamp": int(datetime.fromisoformat(message["timestamp"]).timestamp())}


class Number(SerDes[int]):
    """A number, as decimal digits."""

    def serialize(self, value: int, _: SerDesContext) -> str:
        return str(value)

    def deserialize(self, data: str, _: SerDesContext) -> int:
        return int(data)


def timeout(seconds: float) -> CallbackConfig:
    return CallbackConfig(timeout=Duration.from_seconds(seconds))


def heartbeat_timeout(seconds: float) -> CallbackConfig:
    return CallbackConfig(heartbeat_timeout=Duration.from_seconds(seconds))


@requirement("4-1")
@durable_execution
def one_callback(event: str, context: DurableContext) -> str:
    return context.create_callback(event).result()


@requirement("4-2")
@durable_execution
def named_callback(event: None, context: DurableContext) -> str:
    return context.create_callback(name="approval").result()


@requirement("4-3")
@durable_execution
def timed_out(event: str, context: DurableContext) -> str:
    return context.create_callback(event, timeout(5)).result()


@requirement("4-4")
@durable_execution
def without_heartbeat(event: str, context: DurableContext) -> str:
    return context.create_callback(event, heartbeat_timeout(5)).result()


@requirement("4-5")
@durable_execution
def with_heartbeat(event: str, context: DurableContext) -> str:
    return context.create_callback(event, heartbeat_timeout(10)).result()


@requirement("4-6")
@durable_execution
def failed(event: str, context: DurableContext) -> str:
    return context.create_callback(event).result()


@requirement("4-7")
@durable_execution
def failed_after_a_step(event: str, context: DurableContext) -> str:
    callback = context.create_callback(event)
    context.step(same("meanwhile"))
    return callback.result()


@requirement("4-8")
@durable_execution
def timed_out_after_a_step(event: str, context: DurableContext) -> str:
    callback = context.create_callback(event, timeout(5))
    context.step(same("meanwhile"))
    return callback.result()


@requirement("4-9")
@durable_execution
def succeeded_during_a_wait(event: str, context: DurableContext) -> str:
    callback = context.create_callback(event)
    context.wait(Duration.from_seconds(5))
    return callback.result()


@requirement("4-10")
@durable_execution
def failed_during_a_wait(event: str, context: DurableContext) -> str:
    callback = context.create_callback(event)
    context.wait(Duration.from_seconds(5))
    return callback.result()


@requirement("4-11")
@durable_execution
def timed_out_during_a_wait(event: str, context: DurableContext) -> str:
    callback = context.create_callback(event, timeout(3))
    context.wait(Duration.from_seconds(6))
    return callback.result()


@requirement("4-12")
@durable_execution
def wait_after_success(event: str, context: DurableContext) -> str:
    result = context.create_callback(event).result()
    context.wait(Duration.from_seconds(2))
    return result


@requirement("4-13")
@durable_execution
def wait_after_failure(event: str, context: DurableContext) -> str:
    try:
        message = context.create_callback(event).result()
    except CallbackError as error:
        message = str(error)
    context.wait(Duration.from_seconds(2))
    return message


@requirement("4-14")
@durable_execution
def wait_after_timeout(event: str, context: DurableContext) -> str:
    try:
        message = context.create_callback(event, timeout(3)).result()
    except CallbackTimeoutError as error:
        message = str(error)
    context.wait(Duration.from_seconds(2))
    return message


@requirement("4-15")
@durable_execution
def parsed_message(event: str, context: DurableContext) -> dict[str, Any]:
    return {"received": context.create_callback(event, CallbackConfig(serdes=Message())).result()}


@requirement("4-16")
@durable_execution
def parsed_number(event: str, context: DurableContext) -> dict[str, int]:
    count = context.create_callback(event, CallbackConfig(serdes=Number())).result()
    return {"count": count, "doubled": 2 * count}


@requirement("4-17")
@durable_execution
def one_after_the_other(event: list[str], context: DurableContext) -> list[str]:
    return [context.create_callback(name).result() for name in event]


@requirement("4-18")
@durable_execution
def both_at_once(event: list[str], context: DurableContext) -> list[str]:
    callbacks = [context.create_callback(name) for name in event]
    return [callback.result() for callback in callbacks]


@requirement("4-19")
@durable_execution
def both_at_once_in_reverse(event: list[str], context: DurableContext) -> list[str]:
    callbacks = [context.create_callback(name) for name in event]
    return [callback.result() for callback in reversed(callbacks)]
