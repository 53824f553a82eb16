"""DUR206: coroutines and generators where the SDK expects a function."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.model.effects import Site
from durable_lint.rule import Example, Rule


class AsyncDurableFunction(Rule):
    """The SDK calls every function plainly: the body of an ``async def`` or of a generator never runs.

    Calling either gives back a coroutine or a generator at once. The SDK takes that for the result and tries to store
    it: the execution fails, and nothing of the body has happened. This holds for handlers, steps, child contexts,
    branches, map functions, submitters, checks and strategies.

    Write a plain function. Where a step needs a library that is asynchronous, run it inside with ``asyncio.run``.
    """

    code = "DUR206"
    name = "async-durable-function"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
async def translate(step_context: StepContext, text: str) -> str:  # <- DUR206[E]
    return text[::-1]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"text": context.step(translate(event["text"]))}
""",
            good="""
import asyncio

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


async def ask_translator(text: str) -> str:
    return text[::-1]


@durable_step
def translate(step_context: StepContext, text: str) -> str:
    return asyncio.run(ask_translator(text))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"text": context.step(translate(event["text"]))}
""",
        ),
        Example(
            title="a generator as a handler",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def render(step_context: StepContext, page: int) -> str:
    return f"page {page}"


@durable_execution
def handler(event: dict, context: DurableContext):  # <- DUR206[E]
    for page in range(event["pages"]):
        yield context.step(render(page), name=f"render_{page}")
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def render(step_context: StepContext, page: int) -> str:
    return f"page {page}"


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    return [context.step(render(page), name=f"render_{page}") for page in range(event["pages"])]
""",
        ),
        Example(
            title="a function of another module",
            files={
                "fetching.py": """
async def fetch(step_context: object) -> str:
    return "text"


def fetch_now(step_context: object) -> str:
    return "text"
""",
            },
            bad="""
import fetching
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"text": context.step(fetching.fetch, name="fetch_text")}  # <- DUR206[E]
""",
            good="""
import fetching
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"text": context.step(fetching.fetch_now, name="fetch_text")}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Entry points at their definitions; what operations are given there too, unless it is another module's."""
        if body.is_entry and _runs_nothing(body):
            yield self._never_runs(body, body.site)
        for operation in body.own_operations:
            for called in operation.called:
                for inner in filter(_runs_nothing, called.bodies):
                    is_near = called.is_decorated or inner.module is body.module
                    yield self._never_runs(inner, inner.site if is_near else called.site)

    def _never_runs(self, body: Body, site: Site) -> Finding:
        made = "coroutine" if body.is_async else "generator"
        return self.finding(
            site,
            f"{body.name} never runs: called as a {body.kind.value} it gives back a {made}, which cannot be stored",
            help="Write a plain function; inside a step asyncio.run(...) runs asynchronous code",
        )


def _runs_nothing(body: Body) -> bool:
    return body.is_async or body.is_generator
