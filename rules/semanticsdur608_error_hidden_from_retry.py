"""DUR608: a step whose failures its retry strategy never sees."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.attempts import strategy
from durable_lint.model.body import Body
from durable_lint.model.handling import hidden_failures
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.rule import Example, Rule


class ErrorHiddenFromRetry(Rule):
    """A step catches every error of what it asks of others, and returns as if it had succeeded.

    A step has failed when its function raises; only then does the retry strategy run it again. A step that turns each
    error into a result (`{"ok": False}`, `None`) is recorded as done: the time-out that would have passed a second
    later is final, and every replay gives back the same failure.

    Let errors out that may pass, and turn only those into results that will not. A `raise` in the clause or behind it
    is enough; steps without retries and steps in loops that try again themselves are left alone.
    """

    code = "DUR608"
    name = "error-hidden-from-retry"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_level(step_context: StepContext, tank: str) -> dict:
    try:
        answer = requests.get(f"https://tanks.example.com/{tank}", timeout=5)
        answer.raise_for_status()
        return {"level": answer.json()["level"]}
    except Exception as error:  # <- DUR608[I]
        return {"error": str(error)}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(read_level(event["tank"]))
""",
            good="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_level(step_context: StepContext, tank: str) -> dict:
    try:
        answer = requests.get(f"https://tanks.example.com/{tank}", timeout=5)
        answer.raise_for_status()
        return {"level": answer.json()["level"]}
    except requests.HTTPError as error:
        if error.response.status_code >= 500:
            raise
        return {"error": str(error)}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(read_level(event["tank"]))
""",
        ),
        Example(
            title="in a helper of another module",
            files={
                "directory.py": """
import logging
from contextlib import suppress

import boto3

table = boto3.resource("dynamodb").Table("people")


def find(person: str) -> dict | None:
    try:
        return table.get_item(Key={"id": person}).get("Item")
    except:
        logging.getLogger(__name__).warning("not found: %s", person)
        return None


def find_for_sure(person: str) -> dict:
    last: Exception | None = None
    for _ in range(3):
        try:
            return table.get_item(Key={"id": person})["Item"]
        except Exception as error:
            last = error
    raise LookupError(person) from last


def forget(person: str) -> None:
    with suppress(Exception):
        table.delete_item(Key={"id": person})
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from directory import find, forget


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    found = context.step(lambda _: find(event["person"]), name="find_person")  # <- DUR608[I]
    context.step(lambda _: forget(event["person"]), name="forget_person")  # <- DUR608[I]
    return {"found": found}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from directory import find_for_sure, forget


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    found = context.step(lambda _: find_for_sure(event["person"]), name="find_person")
    best_effort = StepConfig(retry_strategy=RetryPresets.none())
    context.step(lambda _: forget(event["person"]), name="forget_person", config=best_effort)
    return {"found": found}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Steps of a body that swallow the errors of everything they ask of others."""
        for operation in body.own_operations if body.is_replayed else ():
            if operation.kind is not OperationKind.STEP or _is_tried_again(operation):
                continue
            for run in (inner for called in operation.called for inner in called.bodies):
                hidden = hidden_failures(run)
                if hidden is None:
                    continue
                request, clause = hidden
                yield self.finding(
                    clause,
                    f"the errors of {request.shown} end here{request.trail(run.name)}: the step counts as done, and "
                    "its retry strategy never sees a failure",
                    help="Raise the errors that may pass; return a result only for those that will not",
                    chain=request.hops(),
                )


def _is_tried_again(operation: Operation) -> bool:
    """Whether nothing would try the step again if it failed, or code tries again what it returns."""
    given = operation.config_field("retry_strategy")
    retries = strategy(operation)
    if operation.config_is_hidden or (retries is not None and retries.is_off):
        return True
    return (retries is None and given is None) or any(isinstance(loop, ast.While) for loop in operation.loops)
