"""Errors kept from retries on purpose; logging of failures; cleanup in steps."""

import logging
import tempfile
import time
from pathlib import Path

import boto3
from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", config=Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 2}))
logger = logging.getLogger()


@durable_step
def exists(step_context: StepContext, key: str) -> bool:
    try:
        s3.head_object(Bucket="b", Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "404":
            return False
        raise
    return True


@durable_step
def convert(step_context: StepContext, key: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in"
        s3.download_file("b", key, str(path))
        text = path.read_text()
        (Path(folder) / "out").write_text(text.upper())
        s3.upload_file(str(Path(folder) / "out"), "b", f"{key}.out")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if s3.list_objects_v2(Bucket="b", Prefix=f"{key}.out")["KeyCount"]:
            break
        time.sleep(0.2)
    return f"{key}.out"


@durable_step
def best_effort(step_context: StepContext, key: str) -> bool:
    try:
        s3.put_object_tagging(Bucket="b", Key=key, Tagging={"TagSet": []})
    except Exception:
        logger.exception("not tagged")
        return False
    return True


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if not context.step(exists(event["key"])):
        return {"state": "missing"}
    out = context.step(convert(event["key"]), config=StepConfig(retry_strategy=RetryPresets.transient()))
    tagged = context.step(best_effort(out))
    return {"state": "converted", "out": out, "tagged": tagged}
