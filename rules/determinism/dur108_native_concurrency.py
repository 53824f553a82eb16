"""DUR108: threads, processes and event loops in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Effect, Kind
from durable_lint.rule import EffectRule, Example, again


class NativeConcurrency(EffectRule):
    """Threads, processes and coroutines of replayed code run again on every replay, in an order that nobody records.

    Operations are matched with their records by the order in which they start. Two threads that each run one start them
    in another order each time, and the execution fails on replay; a wait in a thread does not suspend the function; a
    thread that is still running when the function suspends is cut off. Without any operation inside, the work is simply
    done again every time.

    Let the SDK do it: ``context.parallel`` for different functions, ``context.map`` for one function and many items.
    Both record what each branch did. Inside a step a thread pool is fine, as long as the step waits for it.
    """

    code = "DUR108"
    name = "native-concurrency"
    kinds = (Kind.CONCURRENCY,)
    remedy = "use context.parallel or context.map, or do all of it inside one step"
    examples = (
        Example(
            bad="""
from concurrent.futures import ThreadPoolExecutor

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    with ThreadPoolExecutor(max_workers=4) as pool:
        sizes = list(pool.map(len, event["images"]))  # <- DUR108[E]
    return {"sizes": sizes, "first": context.step(resize(event["images"][0]))}
""",
            good="""
from concurrent.futures import ThreadPoolExecutor

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def measure(step_context: StepContext, images: list[str]) -> list[int]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(len, images))


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small {image}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    sizes = context.step(measure(event["images"]))
    return {"sizes": sizes, "first": context.step(resize(event["images"][0]))}
""",
        ),
        Example(
            title="an event loop behind a helper",
            files={
                "crawl.py": """
import asyncio


async def _one(page: str) -> int:
    return len(page)


async def _all(pages: list[str]) -> list[int]:
    return await asyncio.gather(*(_one(page) for page in pages))


def sizes(pages: list[str]) -> list[int]:
    return asyncio.run(_all(pages))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from crawl import sizes


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    found = sizes(event["pages"])  # <- DUR108[E]
    return {"stored": context.step(lambda _: len(found), name="store_sizes")}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from crawl import sizes


@durable_step
def crawl(step_context: StepContext, pages: list[str]) -> list[int]:
    return sizes(pages)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    found = context.step(crawl(event["pages"]))
    return {"stored": context.step(lambda _: len(found), name="store_sizes")}
""",
        ),
    )

    def message(self, effect: Effect) -> str:
        """Nothing of it is recorded."""
        return f"{effect.shown} {effect.reason}, once more {again(effect)}, and nothing of it is recorded"
