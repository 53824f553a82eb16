"""Documents in a bucket become text: lazily built clients, clients in attributes, cached properties."""

import random

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.waits import (
    WaitForConditionConfig,
    WaitStrategyConfig,
    create_wait_strategy,
)
from common.archive import Archive
from common.metrics import Metrics
from ocr import engine, pages
from ocr.engine import start_job

archive = Archive("documents-archive")
metrics = Metrics(namespace="ocr")


def read_progress(state: dict, check_context) -> dict:
    return {**state, "status": engine.job_status(state["job_id"])}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bucket, key = event["bucket"], event["key"]
    size = engine.document_size(bucket, key)  # expect: DUR105[W]
    if size == 0:
        metrics.count("empty_document")  # expect: DUR105[E]
        return {"key": key, "state": "empty"}

    job_id = context.step(lambda _: start_job(bucket, key), name="start_text_detection")
    context.wait(Duration.from_seconds(30 + random.randint(0, 15)), name="first_look_wait")  # expect: DUR102[E]

    progress = context.wait_for_condition(
        read_progress,
        WaitForConditionConfig(
            wait_strategy=create_wait_strategy(
                WaitStrategyConfig(should_continue_polling=lambda state: state["status"] == "IN_PROGRESS")
            ),
            initial_state={"job_id": job_id, "status": "IN_PROGRESS"},
        ),
        name="text_detection_finished",
    )
    if progress["status"] != "SUCCEEDED":
        archive.mark_failed(key)  # expect: DUR105[E]
        return {"key": key, "state": "failed"}

    lines = context.step(pages.read_lines(job_id))
    words = pages.count_words(lines)
    context.step(pages.find_tables(job_id, len(lines)))
    context.step(lambda _: archive.store(key, lines), name="store_text")
    context.step(lambda _: metrics.count("document_done"), name="count_document")
    return {"key": key, "state": "done", "words": words}


@durable_execution
def reprocess(event: dict, context: DurableContext) -> dict:
    """The first version of the function, kept for documents in flight: it polls by itself."""
    bucket, key = event["bucket"], event["key"]
    job_id = start_job(bucket, key)  # expect: DUR105[E]
    engine.wait_until_done(job_id)  # expect: DUR105[W] DUR107[E]
    lines = context.step(pages.read_lines(job_id))
    archive.store(key, lines)  # expect: DUR105[E]
    return {"key": key, "lines": len(lines)}
