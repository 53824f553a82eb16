"""DUR708: a step that sleeps while it is billed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.durations import spelled
from durable_lint.model.effects import Effect, Kind, Site
from durable_lint.rule import Example, Rule, trail_of

_LONG = 10
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_STEPS = (BodyKind.STEP, BodyKind.SUBMITTER, BodyKind.CHECK)


class SleepInStep(Rule):
    """A step sleeps for ten seconds or more, or in a loop.

    A sleep in a step runs once, so that nothing goes wrong on replay; but the function runs for all of that time, is
    billed for it, and may reach the limit of the invocation in the middle. Then the step starts again.

    Suspended time costs nothing: split the step and ``context.wait`` between the parts, poll with
    ``wait_for_condition``, and leave the pauses between attempts to the retry strategy.
    """

    code = "DUR708"
    name = "sleep-in-step"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def publish(step_context: StepContext, page: str) -> str:
    time.sleep(45)  # <- DUR708[I]
    return f"published {page}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(publish(event["page"]))
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def publish(step_context: StepContext, page: str) -> str:
    return f"published {page}"


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    context.wait(Duration.from_seconds(45), name="cache_wait")
    return context.step(publish(event["page"]))
""",
        ),
        Example(
            title="a helper that polls",
            files={
                "jobs.py": """
from time import sleep


def wait_until_done(states: list) -> str:
    while states[0] == "running":
        sleep(1)
    return states[0]
""",
            },
            bad="""
import jobs
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def finish(step_context: StepContext, states: list) -> str:
    return jobs.wait_until_done(states)  # <- DUR708[I]


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(finish(event["states"]))
""",
            good="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def finish(step_context: StepContext, states: list) -> str:
    time.sleep(0.2)
    return states[0]


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(finish(event["states"]))
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Sleeps in what a step runs, as the step's own code reaches them; one for each expression."""
        if body.kind not in _STEPS:
            return
        seen: set[ast.AST] = set()
        for effect in body.effects_of(Kind.SLEEP):
            is_looped = effect.seconds != 0 and any(_is_looped(link.site) for link in effect.chain)
            if effect.site.node in seen or not (is_looped or (effect.seconds or 0) >= _LONG):
                continue
            seen.add(effect.site.node)
            yield self.finding(
                effect.site,
                f"{effect.shown} holds the function {_time(effect, is_looped)} while it is billed{trail_of(effect, 0)}",
                help="Wait between steps with context.wait, or poll with context.wait_for_condition",
                chain=effect.hops() if effect.through_helper else (),
            )


def _time(effect: Effect, is_looped: bool) -> str:
    if is_looped:
        return "again and again"
    return f"for {spelled(effect.seconds or 0)}"


def _is_looped(site: Site) -> bool:
    """Whether a call stands in a loop of its function."""
    for outer in site.module.ancestors(site.node):
        if isinstance(outer, _FUNCTIONS):
            return False
        if isinstance(outer, _LOOPS):
            return True
    return False
