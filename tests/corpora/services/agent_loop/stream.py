"""An attempt at an asynchronous agent: the SDK gets a coroutine where it wants a result."""

import asyncio

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from llm.bedrock import converse


@durable_step
async def ask_model_async(step_context: StepContext, text: str) -> dict:  # expect: DUR206[E]
    return converse([{"role": "user", "content": text}])


@durable_step
def ask_model_in_loop(step_context: StepContext, text: str) -> dict:
    return asyncio.run(_ask(text))


async def _ask(text: str) -> dict:
    return await asyncio.to_thread(converse, [{"role": "user", "content": text}])


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(ask_model_async(event["text"]))
    second = context.step(ask_model_in_loop(event["text"]))
    return {"first": first, "second": second}


@durable_execution
def streaming_handler(event: dict, context: DurableContext):  # expect: DUR206[E]
    for number, text in enumerate(event["texts"]):
        yield context.step(ask_model_in_loop(text), name=f"ask_model_{number}")
