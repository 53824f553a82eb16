"""Makes small copies of images and shows them in an album."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig
from ledger import did


@durable_step
def shrink(step_context: StepContext, image: str) -> str:
    did(f"shrink {image}")
    return f"small {image}"


def shrink_one(ctx: DurableContext, image: str, index: int, images: list[str]) -> str:
    return ctx.step(shrink(image), name=f"shrink_{index}")


@durable_step
def show(step_context: StepContext, images: list[str]) -> int:
    did("show the album")
    return len(images)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    small = context.map(event["images"], shrink_one, name="shrink_all", config=MapConfig(max_concurrency=1))
    small.throw_if_error()
    return {"shown": context.step(show(small.get_results()))}
