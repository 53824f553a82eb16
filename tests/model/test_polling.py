"""Loops that poll, and steps that sleep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

ABOVE = """
import asyncio
import threading

MINUTE = Duration.from_minutes(1)


@durable_step
def read(step_context: StepContext, job: str) -> str:
    return "done"


@durable_step
def store(step_context: StepContext, job: str) -> str:
    return "stored"


def look(ctx, job, number):
    return ctx.step(read(job), name=f"read_{number}")


def rest(ctx, number):
    ctx.wait(MINUTE, name=f"rest_{number}")


def poll(ctx, job):
    while look(ctx, job, 0) != "done":
        rest(ctx, 0)  # <- DUR707[I]
"""

POLLS = [
    "while context.step(read('a'), name='read_a') != 'done':\n    context.wait(MINUTE)  # <- DUR707[I]",
    "while (state := context.step(read('a'), name='read_a')) == 'running':\n    context.wait(MINUTE)  # <- DUR707[I]",
    "state = ''\nwhile state != 'done':\n    context.wait(MINUTE)  # <- DUR707[I]\n"
    "    state = context.step(read('a'), name='read_a')",
    "while True:\n    state = context.step(read('a'), name='read_a')\n    if state == 'done':\n        break\n"
    "    context.wait(MINUTE)  # <- DUR707[I]",
    "for n in range(9):\n    found = look(context, 'a', n)\n    state, *_ = found.split()\n"
    "    if state in ('done', 'failed'):\n        return state\n    rest(context, n)  # <- DUR707[I]",
    "while True:\n    match context.step(read('a'), name='read_a'):\n        case 'done':\n            return 1\n"
    "        case _:\n            context.wait(MINUTE)  # <- DUR707[I]",
    "for job in ('a', 'b'):\n    while context.step(read(job), name=f'read_{job}') != 'done':\n"
    "        context.wait(MINUTE)  # <- DUR707[I]",
]
OTHERS = [
    "for job in event['jobs']:\n    context.step(read(job), name=f'read_{job}')\n    context.wait(MINUTE)",
    "for job in event['jobs']:\n    if context.step(read(job), name=f'read_{job}') == 'done':\n        break\n"
    "    context.wait(MINUTE)",
    "for n in range(3):\n    context.step(read('a'), name=f'read_{n}')\n    context.wait(MINUTE)",
    "while True:\n    context.step(read('a'), name='read_a')\n    context.wait(MINUTE)\n"
    "    if event['once']:\n        break",
    "while True:\n    state = context.step(read('a'), name='read_a')\n    context.step(store(state), name='store_a')\n"
    "    if state == 'done':\n        break\n    context.wait(MINUTE)",
    "while True:\n    state = context.step(read('a'), name='read_a')\n    if state == 'done':\n        break\n"
    "    context.invoke('other:1', {}, name='call_other')\n    context.wait(MINUTE)",
    "while True:\n    state = context.step(read('a'), name='read_a')\n    if state == 'done':\n        break",
    "while event['more']:\n    context.wait(MINUTE)",
]


@pytest.mark.parametrize("body", POLLS + OTHERS)
def test_loops_that_poll(body: str, tmp_path: Path) -> None:
    above = ABOVE.replace("  # <- DUR707[I]", "")
    assert difference(tmp_path, {"handler.py": handler(body, above)}, codes="DUR707", advice=True) == []


def test_a_loop_in_a_helper_is_found_there(tmp_path: Path) -> None:
    program = {"handler.py": handler("poll(context, 'a')\npoll(context, 'b')", ABOVE)}
    assert difference(tmp_path, program, codes="DUR707", advice=True) == []


SLEEPS = """
@durable_step
def long(step_context: StepContext) -> None:
    time.sleep(10)  # <- DUR708[I]


@durable_step
def short(step_context: StepContext) -> None:
    time.sleep(2)
    for _ in range(3):
        time.sleep(0)


@durable_step
def unknown_length(step_context: StepContext, seconds: float) -> None:
    time.sleep(seconds)


@durable_step
def again(step_context: StepContext) -> None:
    for _ in range(3):
        time.sleep(1)  # <- DUR708[I]


def _until(ready, pause):
    while not ready():
        time.sleep(pause)


@durable_step
def through_a_helper(step_context: StepContext) -> None:
    _until(lambda: True, 1)  # <- DUR708[I]


@durable_step
def in_a_loop_through_a_helper(step_context: StepContext) -> None:
    def pause():
        time.sleep(1)

    while True:
        pause()  # <- DUR708[I]


@durable_step
def in_a_coroutine(step_context: StepContext) -> None:
    async def run():
        await asyncio.sleep(30)

    asyncio.run(run())  # <- DUR708[I]


def never_run_by_a_step():
    time.sleep(100)
"""


def test_steps_that_sleep(tmp_path: Path) -> None:
    body = "context.step(lambda _: time.sleep(60), name='sleep_long')  # <- DUR708[I]\ntime.sleep(60)"
    program = {"handler.py": handler(body, SLEEPS)}
    program["handler.py"] = program["handler.py"].replace("import time\n", "import asyncio\nimport time\n", 1)
    assert difference(tmp_path, program, codes="DUR708", advice=True) == []
