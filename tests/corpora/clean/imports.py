"""Ways to import the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_durable_execution_sdk_python as durable
import aws_durable_execution_sdk_python.config as durable_config
from aws_durable_execution_sdk_python import durable_step as step

try:
    from aws_durable_execution_sdk_python import durable_execution
except ImportError:  # outside of Lambda

    def durable_execution(function):
        return function


if TYPE_CHECKING:
    from aws_durable_execution_sdk_python import DurableContext, StepContext


@step
def load(step_context: StepContext, key: str) -> str:
    return key


@durable.durable_step
def store(step_context: durable.StepContext, key: str) -> str:
    return key


@durable_execution
def from_try(event: dict, context: DurableContext) -> dict:
    context.wait(durable_config.Duration.from_seconds(3), name="settle_wait")
    return {"key": context.step(load(event["key"]))}


@durable.durable_execution
def through_module(event: dict, context: durable.DurableContext) -> dict:
    return {"key": context.step(store(event["key"]))}


@durable_execution
def without_annotations(event, ctx):
    return {"key": ctx.step(load(event["key"]))}


@durable_execution
def quoted_annotation(event: "dict", anything: "DurableContext") -> "dict":
    return {"key": anything.step(load(event["key"]))}


@durable_execution
def local_import(event: dict, context: DurableContext) -> dict:
    from aws_durable_execution_sdk_python.config import Duration as Length

    context.wait(Length.from_seconds(3), name="settle_wait")
    return {"key": context.step(load(event["key"]))}
