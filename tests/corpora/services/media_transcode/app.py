"""Videos become renditions: subprocesses, files, polling, parallel branches."""

import os
import sys
import tempfile
import time
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, ParallelConfig
from aws_durable_execution_sdk_python.types import WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision
from media import jobs, probe
from media.presets import BUNDLED, load_preset
from media.renditions import RENDITIONS, Rendition

OUTPUT = os.environ["OUTPUT_BUCKET"] if "OUTPUT_BUCKET" in os.environ else "renditions"


@durable_step
def check_source(step_context: StepContext, key: str) -> dict:
    if not probe.exists(key):
        os._exit(3)  # expect: DUR214[E]
    return probe.inspect(key)


def job_progress(state: dict, check_context: WaitForConditionCheckContext) -> dict:
    check_context.logger.info("polling", extra={"attempt": check_context.attempt})
    return {"job": state["job"], "percent": jobs.percent(state["job"])}


def poll_again(state: dict, attempt: int) -> WaitForConditionDecision:
    if state["percent"] >= 100:
        return WaitForConditionDecision.stop_polling()
    return WaitForConditionDecision.continue_waiting(Duration.from_seconds(min(60, 5 * attempt)))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if "key" not in event:
        sys.exit("no key")  # expect: DUR214[E]
    key = event["key"]
    source = context.step(check_source(key))
    wanted = [rendition for rendition in RENDITIONS if rendition.height <= source["height"]]

    def transcode(ctx: DurableContext, rendition: Rendition) -> dict:
        job = ctx.step(jobs.submit_step(key, rendition.name, OUTPUT), name=f"submit_{rendition.name}")
        done = ctx.wait_for_condition(
            job_progress,
            WaitForConditionConfig(wait_strategy=poll_again, initial_state={"job": job, "percent": 0}),
            name=f"wait_for_{rendition.name}",
        )
        return {"rendition": rendition.name, "job": done["job"]}

    batch = context.parallel(
        [lambda ctx, rendition=rendition: transcode(ctx, rendition) for rendition in wanted],
        name="transcode_renditions",
        config=ParallelConfig(max_concurrency=3, completion_config=CompletionConfig.all_completed()),
    )
    if batch.has_failure:
        context.logger.warning("some renditions failed", extra={"failed": batch.failure_count})
    return {"key": key, "renditions": batch.get_results(), "preset": BUNDLED["name"]}


@durable_execution
def thumbnails(event: dict, context: DurableContext) -> dict:
    """Written as if the container stayed the same from the first line to the last."""
    workdir = tempfile.mkdtemp()  # expect: DUR106[E]
    info = probe.inspect(event["key"])  # expect: DUR106[E]
    preset = load_preset(event["preset"])  # expect: DUR106[W]
    context.step(jobs.submit_step(event["key"], preset["name"], workdir), name="submit_thumbnails")
    time.sleep(20)  # expect: DUR107[E]
    try:
        frames = context.step(lambda _: jobs.count_frames(event["key"]), name="count_frames")
    finally:
        context.step(jobs.release_queue(event["key"]), name="release_queue")  # expect: DUR209[E]
    name = Path(event["key"]).stem + ".jpg"
    return {"frames": frames, "height": info["height"], "poster": name}


@durable_execution
def captions(event: dict, context: DurableContext) -> dict:
    """Branches that submit and do nothing else: each branch is recorded as one operation."""
    key = event["key"]
    batch = context.parallel(
        [
            lambda ctx: jobs.submit(key, "captions-en", OUTPUT),  # expect: DUR105[W]
            lambda ctx: jobs.submit(key, "captions-nl", OUTPUT),  # expect: DUR105[W]
        ],
        name="submit_captions",
    )
    batch.throw_if_error()
    jobs.tag_source(key, "captioned")  # expect: DUR105[E]
    return {"key": key, "jobs": batch.get_results()}
