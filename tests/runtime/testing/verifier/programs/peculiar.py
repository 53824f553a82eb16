"""Handlers that end in unusual ways."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from durable_runtime import DurableContext, durable_execution
from durable_runtime.config import Duration, StepConfig
from durable_runtime.retries import RetryPresets


@durable_execution
def waits_for_nobody(event: Any, context: DurableContext) -> Any:
    context.step(lambda _: 1, name="first")
    return context.wait_for_callback(lambda callback_id, _context: None, name="approval")


@durable_execution
def dies_on_replay(event: Any, context: DurableContext) -> Any:
    if context.is_replaying():
        os._exit(3)
    return context.step(lambda _: 1, name="first")


@durable_execution
def hangs_on_replay(event: Any, context: DurableContext) -> Any:
    if context.is_replaying():
        time.sleep(600)
    return context.step(lambda _: 1, name="first")


@durable_execution
def never_begins(event: Any, context: DurableContext) -> Any:
    return event["missing"]


@durable_execution
def asks_a_context_inside_a_step(event: Any, context: DurableContext) -> Any:
    return context.step(lambda _: context.step(lambda _: 1, name="inner"), name="outer")


@durable_execution
def prints(event: Any, context: DurableContext) -> Any:
    print("to be kept out of the output")
    return 1


@durable_execution
def does_not_bear_crashes(event: Any, context: DurableContext) -> Any:
    folder = Path(event["folder"]) / context.step(lambda _: os.urandom(8).hex(), name="folder")
    once = StepConfig(retry_strategy=RetryPresets.none())
    context.step(lambda _: folder.mkdir(), name="make", config=once)
    context.wait(Duration.from_seconds(1))
    return "made"
