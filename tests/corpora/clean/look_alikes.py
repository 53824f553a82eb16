"""Things that have the names, and are not the SDK's."""

import time
import uuid

import boto3
import pytest
from temporal_like import DurableContext as OtherContext
from temporal_like import durable_execution as other_durable_execution

CODE = """
@durable_execution
def handler(event, context: DurableContext):
    context.step(time.time(), name=str(uuid.uuid4()))
"""


class DurableContext:
    """Our own class of this name."""

    def step(self, function, name=None):
        return function(self)

    def wait(self, seconds: int) -> None:
        time.sleep(seconds)


@other_durable_execution
def other_handler(event, context):
    table = boto3.resource("dynamodb").Table("t")
    table.put_item(Item={"id": str(uuid.uuid4()), "at": int(time.time())})
    context.step(lambda: time.time(), name="step1")
    return {"at": time.time()}


def own_context(event, context: DurableContext):
    context.step(lambda _: time.time(), name="step1")
    context.wait(1)
    return time.time()


def others_context(event, context: OtherContext):
    for _ in range(3):
        context.step(lambda: uuid.uuid4())
    print("done")


@pytest.mark.durable_execution(handler=own_context, lambda_function_name="own")
def test_marker(durable_runner):
    with durable_runner:
        result = durable_runner.run(input="{}", timeout=10)
    assert result.status
    time.sleep(0.1)


class Job:
    """``step`` and ``map`` of something else."""

    def step(self, number):
        return number + time.time()

    def map(self, function, items):
        return [function(item) for item in items]


def plain_lambda(event, context):
    job = Job()
    job.step(1)
    job.map(print, [1, 2])
    return {"request": context.aws_request_id, "left": context.get_remaining_time_in_millis()}
