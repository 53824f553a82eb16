"""DUR707: a loop that asks in a step, and waits, until the answer is there."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.polling import polls
from durable_lint.rule import Example, Rule


class PollingLoop(Rule):
    """A loop runs a step that asks for a state and waits, until the state is the wanted one.

    Each round records a step and a wait: a job that takes a day costs thousands of operations of the 3,000 that an
    execution may have, each replay goes through all of them, and every name needs the number of the round. The end of a
    loop like that is often forgotten, too.

    ``wait_for_condition`` is this loop as one operation. It keeps a state between the checks, and its strategy says how
    long to wait and when to give up.
    """

    code = "DUR707"
    name = "polling-loop"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def read_state(step_context: StepContext, job: str) -> str:
    return "done" if job else "running"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    attempt = 0
    while True:
        state = context.step(read_state(event["job"]), name=f"read_state_{attempt}")
        if state == "done":
            return state
        context.wait(Duration.from_minutes(1), name=f"job_wait_{attempt}")  # <- DUR707[I]
        attempt += 1
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitStrategyConfig, create_wait_strategy

EVERY_MINUTE = create_wait_strategy(
    WaitStrategyConfig(
        should_continue_polling=lambda state: state != "done",
        max_attempts=120,
        initial_delay=Duration.from_minutes(1),
        backoff_rate=1.0,
    )
)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    job = event["job"]
    return context.wait_for_condition(
        lambda state, _: "done" if job else "running",
        config=WaitForConditionConfig(wait_strategy=EVERY_MINUTE, initial_state="running"),
        name="wait_for_job",
    )
""",
        ),
        Example(
            title="through helpers",
            files={
                "exports.py": """
from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import Duration


def look_at(ctx: DurableContext, export: str, number: int) -> dict:
    return ctx.step(lambda _: {"export": export, "state": "done"}, name=f"look_at_export_{number}")


def pause(ctx: DurableContext, number: int) -> None:
    ctx.wait(Duration.from_seconds(30), name=f"export_wait_{number}")
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from exports import look_at, pause


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    for number in range(100):
        found = look_at(context, event["export"], number)
        state = found["state"]
        if state in ("done", "failed"):
            break
        pause(context, number)  # <- DUR707[I]
    return found
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from exports import look_at, pause


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    found = []
    for number in range(10):
        found.append(look_at(context, event["exports"][number], number))
        pause(context, number)
    return found
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Loops of a replayed body that poll; reported where they wait."""
        if not body.reports:
            return
        for poll in polls(body):
            yield self.finding(
                poll.pause.place,
                "every round of this loop records a step and a wait, until the step gives the answer",
                help="Poll with context.wait_for_condition(check, config): one operation, with a limit of its own",
            )
