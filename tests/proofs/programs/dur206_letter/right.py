"""Translates a letter with a library that is asynchronous, and sends it."""

import asyncio

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from ledger import did


async def ask_translator(letter: str) -> str:
    did(f"translate: {letter}")
    return letter.upper()


@durable_step
def translate(step_context: StepContext, letter: str) -> str:
    return asyncio.run(ask_translator(letter))


@durable_step
def send(step_context: StepContext, letter: str) -> None:
    did(f"send: {letter}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    letter = context.step(translate(event["letter"]))
    context.step(send(letter))
    return {"letter": letter}
