"""Makes small copies of images and shows them in an album."""

from concurrent.futures import ThreadPoolExecutor

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


def shrink(image: str) -> str:
    did(f"shrink {image}")
    return f"small {image}"


@durable_step
def show(step_context: StepContext, images: list[str]) -> int:
    did("show the album")
    return len(images)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with ThreadPoolExecutor(max_workers=4) as pool:
        small = list(pool.map(shrink, event["images"]))
    return {"shown": context.step(show(small))}
