"""Requirements 2-*: timers."""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration

from tests.runtime.conformance.registry import requirement


@requirement("2-1")
@durable_execution
def one_wait(event: None, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(2))
    return "waited"


@requirement("2-2")
@durable_execution
def named_wait(event: None, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(2), name="custom_wait_name")
    return "waited"


@requirement("2-3")
@durable_execution
def two_waits(event: None, context: DurableContext) -> dict[str, Any]:
    names = ("wait-1", "wait-2")
    for name in names:
        context.wait(Duration.from_seconds(2), name=name)
    return {"completedWaits": len(names)}


@requirement("2-4")
@durable_execution
def minutes(event: None, context: DurableContext) -> None:
    context.wait(Duration.from_minutes(1))


@requirement("2-5")
@durable_execution
def hours(event: None, context: DurableContext) -> None:
    context.wait(Duration.from_hours(1))
