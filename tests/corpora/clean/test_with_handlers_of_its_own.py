"""Tests define handlers that misbehave on purpose."""

import time

import pytest
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def forgetful_handler(event: dict, context: DurableContext) -> dict:
    now = time.time()
    for _ in range(int(now) % 3):
        context.step(lambda _: 1)
    time.sleep(2)
    return {"seen": {now}}


@pytest.mark.durable_execution(handler=forgetful_handler, lambda_function_name="forgetful")
def test_forgetful_handler_fails(durable_runner) -> None:
    with durable_runner:
        assert durable_runner.run(input={}, timeout=5).error is not None
