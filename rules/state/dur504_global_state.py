"""DUR504: module and class state that replayed code writes and reads."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.model.mutations import shared_state
from durable_lint.rule import Example, Rule


class GlobalState(Rule):
    """What replayed code keeps in a module or a class depends on which process runs it, and how often.

    The process may be new after every wait, callback and retry, and then the state is what the import made it. Or it
    has served other executions before, and then their state is still there. And each replay in one process writes once
    more: a counter counts replays, a list grows by the same items. What reads the state decides differently each time.

    Keep state in variables of the handler and pass it on as arguments and results; what has to be kept for longer
    belongs in a step that stores it. Clients and caches that are made when they are first needed are not reported.
    """

    code = "DUR504"
    name = "global-state"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

handled = []


class Limits:
    open_orders = 0


@durable_step
def ship(step_context: StepContext, order: str, number: int) -> str:
    return f"{order} as {number}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    handled.append(event["order"])  # <- DUR504[E]
    Limits.open_orders += 1  # <- DUR504[E]
    if Limits.open_orders > 3:
        return {"state": "refused"}
    return {"shipped": context.step(ship(event["order"], len(handled)))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def count_open(step_context: StepContext, customer: str) -> int:
    return len(customer)


@durable_step
def ship(step_context: StepContext, order: str, number: int) -> str:
    return f"{order} as {number}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    count = context.step(count_open(event["customer"]))
    if count > 3:
        return {"state": "refused"}
    return {"shipped": context.step(ship(event["order"], count))}
""",
        ),
        Example(
            title="state of another module, written by a helper",
            files={
                "progress.py": """
current = None
done = {}


def enter(stage: str) -> None:
    global current
    current = stage


def mark(stage: str) -> None:
    done[stage] = True
""",
            },
            bad="""
import progress
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def print_label(step_context: StepContext, parcel: str) -> str:
    return parcel


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    progress.enter("labels")  # <- DUR504[E]
    if "labels" not in progress.done:
        context.step(print_label(event["parcel"]))
    progress.mark("labels")  # <- DUR504[E]
    return {"stage": progress.current}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def print_label(step_context: StepContext, parcel: str) -> str:
    return parcel


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    stage = "labels"
    label = context.step(print_label(event["parcel"]))
    return {"stage": stage, "label": label}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Changes of state that outlives the execution, where replayed code reads it."""
        for mutation, read in shared_state(body):
            yield self.finding(
                mutation.site,
                f"{mutation.name} is changed on every replay and outlives the execution, and replayed code reads it: "
                "it holds what this process happens to have done before",
                help="Keep it in a variable of the handler and pass it on as arguments and results",
                chain=(*mutation.hops(), read.hop("reads it")),
            )
