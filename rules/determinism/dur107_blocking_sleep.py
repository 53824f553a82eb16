"""DUR107: sleeping in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Effect, Kind
from durable_lint.rule import EffectRule, Example, again


class BlockingSleep(EffectRule):
    """A sleep in replayed code sleeps again on every replay, and every second of it is billed.

    A durable function that should pause for an hour does not have to run for an hour: ``context.wait`` suspends it,
    costs nothing, and is over once and for all. ``time.sleep`` and its kin (``Event.wait``, ``asyncio.sleep``) hold the
    process instead; after four operations the same pause has been slept five times, until the invocation times out.

    Write ``context.wait(Duration.from_seconds(n))``. A wait lasts at least one second. A sleep inside a step runs once
    and is another matter.
    """

    code = "DUR107"
    name = "blocking-sleep"
    kinds = (Kind.SLEEP,)
    examples = (
        Example(
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def start_export(step_context: StepContext, table: str) -> str:
    return f"export of {table}"


@durable_step
def fetch_export(step_context: StepContext, export: str) -> dict:
    return {"export": export}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    export = context.step(start_export(event["table"]))
    time.sleep(60)  # <- DUR107[E]
    return context.step(fetch_export(export))
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def start_export(step_context: StepContext, table: str) -> str:
    return f"export of {table}"


@durable_step
def fetch_export(step_context: StepContext, export: str) -> dict:
    return {"export": export}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    export = context.step(start_export(event["table"]))
    context.wait(Duration.from_seconds(60), name="export_wait")
    return context.step(fetch_export(export))
""",
        ),
        Example(
            title="a helper that polls",
            files={
                "polling.py": """
from time import sleep as pause


def until_done(jobs: dict, name: str) -> str:
    while jobs[name] == "running":
        pause(5)
    return jobs[name]
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from polling import until_done


@durable_with_child_context
def follow(ctx: DurableContext, jobs: dict) -> str:
    state = until_done(jobs, "nightly")  # <- DUR107[E]
    ctx.step(lambda _: state, name="record_state")
    return state


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"state": context.run_in_child_context(follow(event["jobs"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration


@durable_with_child_context
def follow(ctx: DurableContext, jobs: dict) -> str:
    ctx.wait(Duration.from_minutes(5), name="nightly_wait")
    return ctx.step(lambda _: str(jobs["nightly"]), name="read_state")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"state": context.run_in_child_context(follow(event["jobs"]))}
""",
        ),
    )

    def message(self, effect: Effect) -> str:
        """What the pause costs."""
        return f"{effect.shown} blocks again {again(effect)}, and all of it is billed"

    def remedy_for(self, effect: Effect) -> str:
        """The wait to write, with the number of seconds where it is literal."""
        if effect.seconds is None or effect.seconds < 1:
            return "suspend with context.wait, or sleep inside a step"
        return f"write context.wait(Duration.from_seconds({round(effect.seconds)}))"
