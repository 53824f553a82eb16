"""Tests drive handlers, wait and look at the clock."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.execution import InvocationStatus
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner


@durable_step
def double(step_context: StepContext, number: int) -> int:
    return 2 * number


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"result": context.step(double(event["number"]))}


@pytest.fixture
def runner():
    with DurableFunctionTestRunner(handler=handler) as runner:
        yield runner


def test_runs(runner):
    started = time.time()
    result = runner.run(input=json.dumps({"number": 4, "id": str(uuid.uuid4())}))
    assert result.status is InvocationStatus.SUCCEEDED
    assert time.time() - started < 10


def test_many(runner):
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda number: runner.run(input=json.dumps({"number": number})), range(3)))
    assert {result.status for result in results} == {InvocationStatus.SUCCEEDED}
    print("done", len(results))


def test_polls(runner):
    arn = runner.run_async(input='{"number": 1}')
    while not runner.wait_for_result(arn):
        time.sleep(0.1)
