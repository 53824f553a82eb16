"""Chat messages to web sockets: the network is three modules away, behind base classes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from rooms import members, rooms
from rooms.formatting import render, render_async, sizes
from rooms.hub import hub

QUICK = StepConfig(retry_strategy=RetryPresets.transient())


@durable_step
def load_members(step_context: StepContext, room: str) -> list[str]:
    return members.of_room(room)


@durable_step
def deliver(step_context: StepContext, connection: str, text: str) -> bool:
    return hub.send(connection, text)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    room, text = event["room"], render(event["text"])
    people = context.step(load_members(room), config=QUICK)
    rooms.broadcast(room, f"{len(people)} people are here")  # expect: DUR105[E]

    delivered = 0
    for connection in people:
        if context.step(deliver(connection, text)):  # expect: DUR401[W]
            delivered += 1

    if delivered == 0:
        context.wait(Duration.from_minutes(1), name="reconnect_wait")
        retried = [context.step(deliver(person, text), name=f"retry_{person}") for person in people]
        delivered = sum(retried)

    hub.send(event["sender"], f"seen by {delivered}")  # expect: DUR105[E]
    return {"room": room, "delivered": delivered}


@durable_execution
def digest(event: dict, context: DurableContext) -> dict:
    """The daily digest, written by someone who loves threads."""
    texts = list(ThreadPoolExecutor(4).map(render, event["texts"]))  # expect: DUR108[E]
    rendered = asyncio.run(render_async(texts))  # expect: DUR108[E]
    people = context.step(load_members)  # expect: DUR205[E]
    context.step(partial(hub.send_all, people, rendered))  # expect: DUR402[W]
    total = context.step(lambda _: sizes(rendered))  # expect: DUR402[W]
    context.step(lambda _: rooms.mark_digested(event["room"]), name="mark_digested")
    return {"total": total}


@durable_execution
def typing_indicator(event: dict, context: DurableContext) -> dict:
    """Somebody is typing; the others are told by way of a function in a tuple."""
    notifiers = (rooms.typing, rooms.touch)
    for notifier in notifiers:
        notifier(event["room"], event["person"])  # expect: DUR105[E]
    context.wait(Duration.from_seconds(10), name="typing_wait")
    context.step(lambda _: rooms.touch(event["room"], event["person"]), name="stop_typing")
    return {"room": event["room"]}
