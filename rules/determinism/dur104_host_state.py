"""DUR104: the state of the machine read in replayed code."""

from __future__ import annotations

from durable_lint.finding import Severity
from durable_lint.model.effects import Effect, Kind, Sink
from durable_lint.rule import Example, ReplayedValueRule, again, consequence_of, worst_sink


class HostState(ReplayedValueRule):
    """What the machine says in replayed code may be something else on the next replay.

    An execution lives for up to a year; it is resumed by another process on another machine, perhaps after a deployment
    has changed an environment variable. The process id, host name, working directory, platform and environment that the
    first run saw are not those of the replay. Where such a value decides which operations run, the replay no longer
    agrees with what has been recorded.

    Read what may change in a step, or take it from the event. Reading at module level is fine: it is configuration, and
    changing it is a deployment. Only a value that reaches a branch or a loop is an error, everything else is advice.
    """

    code = "DUR104"
    name = "host-state"
    severity = Severity.INFO
    kinds = (Kind.HOST,)
    examples = (
        Example(
            bad="""
import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def deploy(step_context: StepContext, commit: str) -> str:
    return f"deployed {commit}"


@durable_step
def ask_for_approval(step_context: StepContext, commit: str) -> bool:
    return commit != ""


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if os.environ.get("FREEZE") == "on":  # <- DUR104[E]
        context.step(ask_for_approval(event["commit"]))
    return {"deployed": context.step(deploy(event["commit"]))}
""",
            good="""
import os

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_freeze(step_context: StepContext) -> bool:
    return os.environ.get("FREEZE") == "on"


@durable_step
def deploy(step_context: StepContext, commit: str) -> str:
    return f"deployed {commit}"


@durable_step
def ask_for_approval(step_context: StepContext, commit: str) -> bool:
    return commit != ""


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if context.step(read_freeze()):
        context.step(ask_for_approval(event["commit"]))
    return {"deployed": context.step(deploy(event["commit"]))}
""",
        ),
        Example(
            title="a helper in another module",
            files={
                "platforms/__init__.py": """

""",
                "platforms/machine.py": """
import platform


def workers() -> int:
    return 4 if platform.node().startswith("big") else 1
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from platforms import machine


@durable_step
def work(step_context: StepContext, number: int) -> int:
    return number * number


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    done = []
    for number in range(machine.workers()):  # <- DUR104[E]
        done.append(context.step(work(number), name=f"work_{number}"))
    return {"done": done}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from platforms import machine


@durable_step
def count_workers(step_context: StepContext) -> int:
    return machine.workers()


@durable_step
def work(step_context: StepContext, number: int) -> int:
    return number * number


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    done = []
    for number in range(context.step(count_workers())):
        done.append(context.step(work(number), name=f"work_{number}"))
    return {"done": done}
""",
        ),
        Example(
            title="configuration",
            bad="""
from os import environ

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def store(step_context: StepContext, table: str, order: dict) -> dict:
    return {"table": table, "order": order["id"]}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    table = environ["ORDERS_TABLE"]  # <- DUR104[I]
    return context.step(store(table, event["order"]))
""",
            good="""
from os import environ

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

ORDERS_TABLE = environ.get("ORDERS_TABLE", "orders")


@durable_step
def store(step_context: StepContext, table: str, order: dict) -> dict:
    return {"table": table, "order": order["id"]}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(store(ORDERS_TABLE, event["order"]))
""",
        ),
    )

    def severity_at(self, effect: Effect) -> Severity:
        """An error where operations come to depend on it, advice elsewhere."""
        return Severity.ERROR if worst_sink(effect) in (Sink.BRANCH, Sink.LOOP) else Severity.INFO

    def message(self, effect: Effect) -> str:
        """The next replay may run somewhere else."""
        consequence = consequence_of(worst_sink(effect))
        return f"{effect.shown} is read again {again(effect)}, perhaps on another machine, and {consequence}"
