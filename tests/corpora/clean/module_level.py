"""What happens at import happens once for each environment: clients, loggers, configuration, clocks."""

import logging
import os
import random
import socket
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path

import boto3
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

# clients and sessions
table = boto3.resource("dynamodb").Table("orders")
s3 = boto3.client("s3", region_name=os.environ.get("AWS_REGION", "eu-west-1"))
http = requests.Session()

# loggers
logger = logging.getLogger(__name__)
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

# configuration from the environment and from files
TABLE_NAME = os.environ["TABLE_NAME"] if "TABLE_NAME" in os.environ else "orders"
DEBUG = os.getenv("DEBUG") == "1"
TEMPLATE = Path(__file__).read_text(encoding="utf-8")[:20]

# values of this environment
COLD_START = time.time()
STARTED_AT = datetime.now(timezone.utc)
ENVIRONMENT_ID = uuid.uuid4().hex
HOST = socket.gethostname()
generator = random.Random(7)


class Settings:
    """Settings as class attributes."""

    stage = os.environ.get("STAGE", "dev")
    bucket = f"files-{stage}"


@durable_step
def store(step_context: StepContext, order: dict) -> None:
    table.put_item(Item=order)
    s3.put_object(Bucket=Settings.bucket, Key=order["id"], Body=b"{}")
    http.post("https://example.org", json={"host": HOST, "since": COLD_START}, timeout=3)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if DEBUG:
        context.logger.info("debugging", extra={"table": TABLE_NAME})
    context.step(store(event["order"]))
    return {"stage": Settings.stage, "template": TEMPLATE}
