# expect-info
"""What is only advice; this file is checked for advice too."""

import logging
import os
import time

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration

logger = logging.getLogger(__name__)
secrets = boto3.client("secretsmanager")


@durable_step
def weigh_claim(step_context: StepContext, claim: dict) -> int:
    return len(claim["items"])


@durable_step
def read_token(step_context: StepContext) -> str:
    return secrets.get_secret_value(SecretId="claims/token")["SecretString"]  # expect: DUR308[I] DUR605[I]


def sum_up(claim: dict) -> int:
    return sum(claim["amounts"])


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    claim = event["claim"]
    logger.info("claim %s", claim["id"])  # expect: DUR113[I]
    context.logger.info("claim received", extra={"claim": claim["id"]})
    weight = context.step(weigh_claim(claim), name="weight")  # expect: DUR405[I]
    total = context.step(lambda _: sum_up(claim), name="sum_up_claim")  # expect: DUR406[I]
    context.wait(Duration.from_minutes(1), name="cooldown")  # expect: DUR405[I]
    context.wait(Duration.from_minutes(1), name="objection_wait")  # expect: DUR806[I]
    rounded = context.run_in_child_context(lambda ctx: total - total % 100, name="round_total")  # expect: DUR212[I]
    return {"weight": weight, "total": total, "rounded": rounded}


@durable_execution
def timed_handler(event: dict, context: DurableContext) -> dict:
    started = time.monotonic()  # expect: DUR101[I]
    weight = context.step(weigh_claim(event["claim"]), name="weigh_claim")
    context.logger.info("weighed", extra={"seconds": time.monotonic() - started})  # expect: DUR101[I]
    stage = os.environ["STAGE"]  # expect: DUR104[I]
    token = context.step(read_token(), name="read_token")
    callback = context.create_callback(name="objection")  # expect: DUR405[I] DUR701[W] DUR706[W]
    objection = callback.result()  # expect: DUR702[I]
    return {"weight": weight, "stage": stage, "known": bool(token), "objection": objection}
