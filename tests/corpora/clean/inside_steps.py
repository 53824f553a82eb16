"""A step may do anything: its result is recorded."""

import asyncio
import os
import random
import subprocess
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path

import boto3
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.types import WaitForCallbackContext, WaitForConditionCheckContext
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


@durable_step
def event_loop(step_context: StepContext, urls: list[str]) -> list[str]:
    async def one(url: str) -> str:
        await asyncio.sleep(0.1)
        return url

    async def every() -> list[str]:
        return list(await asyncio.gather(*(one(url) for url in urls)))

    return asyncio.run(every())


@durable_step
def threads(step_context: StepContext, urls: list[str]) -> list[int]:
    lock = threading.Lock()
    codes: list[int] = []

    def fetch(url: str) -> None:
        code = requests.get(url, timeout=5).status_code
        with lock:
            codes.append(code)

    workers = [threading.Thread(target=fetch, args=(url,)) for url in urls]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(codes)


@durable_step
def executor(step_context: StepContext, urls: list[str]) -> int:
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(requests.get, url, timeout=5) for url in urls]
        return sum(future.result().ok for future in as_completed(futures))


@durable_step
def sleeps(step_context: StepContext) -> float:
    started = time.monotonic()
    time.sleep(0.2)
    return time.monotonic() - started


@durable_step
def chance(step_context: StepContext) -> dict:
    return {"id": str(uuid.uuid4()), "lot": random.choice(["a", "b"]), "at": datetime.now().isoformat()}


@durable_step
def files(step_context: StepContext, text: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.txt"
        target.write_text(text)
        subprocess.run(["wc", "-c", str(target)], check=True)
        return sum(1 for _ in os.scandir(folder))


@durable_step
def unordered(step_context: StepContext, names: list[str]) -> dict:
    return {name: hash(name) for name in set(names)}


@durable_step
def helper_chain(step_context: StepContext, key: str) -> None:
    record(key)


def record(key: str) -> None:
    boto3.resource("dynamodb").Table("audit").put_item(Item={"key": key, "at": int(time.time())})


def submit(callback_id: str, callback_context: WaitForCallbackContext) -> None:
    record(f"{callback_id} {time.time()}")


def check(state: dict, check_context: WaitForConditionCheckContext) -> dict:
    answer = requests.get("https://example.org/jobs", timeout=5)
    return {"done": answer.ok, "looked_at": time.time()}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.step(event_loop(event["urls"]))
    context.step(threads(event["urls"]))
    context.step(executor(event["urls"]))
    context.step(sleeps())
    context.step(chance())
    context.step(files("text"))
    context.step(unordered(event["names"]))
    context.step(helper_chain(event["key"]))
    context.step(lambda _: record(event["key"]), name="record_key")
    context.step(lambda _: time.time(), name="read_clock")
    context.wait_for_callback(
        submit,
        name="record_callback",
        config=WaitForCallbackConfig(timeout=Duration.from_hours(1)),
    )
    context.wait_for_condition(
        check,
        WaitForConditionConfig(
            wait_strategy=lambda state, attempt: (
                WaitForConditionDecision.stop_polling()
                if state["done"]
                else WaitForConditionDecision.continue_waiting(Duration.from_seconds(30))
            ),
            initial_state={"done": False},
        ),
        name="wait_for_job",
    )
    return {"done": True}
