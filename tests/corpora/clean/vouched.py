"""A person vouches for a helper."""

import os
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


# durable-lint: deterministic
def build_number() -> str:
    return open("/opt/BUILD", encoding="utf-8").read() + os.environ.get("BUILD", "")


def epoch() -> int:  # durable-lint: deterministic
    return int(time.time() // 10**12)


@durable_step
def use(step_context: StepContext, value: object) -> int:
    return len(str(value))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if epoch() == 0:
        context.step(use(build_number()), name=f"use_{epoch()}")
    return {"build": build_number()}
