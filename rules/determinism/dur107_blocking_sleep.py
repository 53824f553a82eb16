"""DUR107: sleeping in replayed code."""

from __future__ import annotations

from durable_lint import rewrite
from durable_lint.finding import Fix, Safety
from durable_lint.model.body import Body
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
    fixes = (Safety.SAFE,)
    fix_help = (
        "Turns `time.sleep` of a known number of whole seconds into `context.wait`, in a loop with a name that tells "
        "the rounds apart. Nothing is offered for other lengths, behind helpers, in coroutines, and under `with`, "
        "`finally` or a clause that would catch the suspension. An `import time` that is no longer used stays."
    )
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
            fixed="""
import time

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
    context.wait(Duration.from_seconds(60))
    return context.step(fetch_export(export))
""",
        ),
        Example(
            title="between two attempts",
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution

PAUSE = 5 * 60


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    for attempt in range(3):
        try:
            return context.step(lambda _: event["door"], name=f"open_door_{attempt}")
        except StepError:
            time.sleep(PAUSE)  # <- DUR107[E]
    return "locked"
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

RETRIES = create_retry_strategy(RetryStrategyConfig(max_attempts=3, initial_delay=Duration.from_minutes(5)))


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["door"], name="open_door", config=StepConfig(retry_strategy=RETRIES))
""",
            fixed="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution
from aws_durable_execution_sdk_python.config import Duration

PAUSE = 5 * 60


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    for attempt in range(3):
        try:
            return context.step(lambda _: event["door"], name=f"open_door_{attempt}")
        except StepError:
            context.wait(Duration.from_seconds(PAUSE), name=f"pause_{attempt}")
    return "locked"
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

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """A wait of the same length."""
        return rewrite.waits.waiting(body, effect)
