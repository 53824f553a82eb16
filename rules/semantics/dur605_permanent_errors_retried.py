"""DUR605: errors that will not pass are tried again like those that will."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.attempts import Strategy, is_at_most_once, strategy, strategy_of
from durable_lint.model.body import Body
from durable_lint.model.handling import is_handled, looks_at_status
from durable_lint.model.operations import OperationKind
from durable_lint.model.requests import Request
from durable_lint.model.step_code import is_unused_step
from durable_lint.rule import Example, Rule


class PermanentErrorsRetried(Rule):
    """A step asks another service for something and treats all its errors alike.

    Some errors pass: time-outs, lost connections, 5xx, throttling. Others do not: a record that is missing, input that
    is refused, a lacking permission. When the step handles none of them and its strategy names none, both kinds are
    tried again, six times by default with up to a minute between, before the execution gets to know what it could
    have known at once.

    Catch the errors that will not pass in the step and return what they mean, or name those that pass in
    `RetryStrategyConfig(retryable_error_types=[...])`. Silent where anything on the way to the request catches an error
    or looks at the status of the answer, and where the strategy is not the SDK's.
    """

    code = "DUR605"
    name = "permanent-errors-retried"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_page(step_context: StepContext, address: str) -> str:
    answer = requests.get(address, timeout=10)  # <- DUR605[I]
    answer.raise_for_status()
    return answer.text


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"page": context.step(read_page(event["address"]))}
""",
            good="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_page(step_context: StepContext, address: str) -> dict:
    try:
        answer = requests.get(address, timeout=10)
        answer.raise_for_status()
        return {"text": answer.text}
    except requests.HTTPError as error:
        if error.response.status_code >= 500:
            raise
        return {"refused": error.response.status_code}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"page": context.step(read_page(event["address"]))}
""",
        ),
        Example(
            title="through a helper in another module, with a strategy that names no errors",
            files={
                "members.py": """
import boto3

table = boto3.resource("dynamodb").Table("members")


def read(member: str) -> dict:
    return table.get_item(Key={"id": member})["Item"]


def read_if_there(member: str) -> dict | None:
    try:
        return read(member)
    except KeyError:
        return None
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets
from members import read


@durable_step
def read_member(step_context: StepContext, member: str) -> dict:
    return read(member)  # <- DUR605[I]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    stubborn = StepConfig(retry_strategy=RetryPresets.critical())
    return context.step(read_member(event["member"]), config=stubborn)
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from botocore.exceptions import ConnectionError as LostConnection
from members import read, read_if_there

PASSING = RetryStrategyConfig(max_attempts=5, retryable_error_types=[LostConnection, TimeoutError])


@durable_step
def read_member(step_context: StepContext, member: str) -> dict:
    return read(member)


@durable_step
def read_guest(step_context: StepContext, guest: str) -> dict | None:
    return read_if_there(guest)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    config = StepConfig(retry_strategy=create_retry_strategy(PASSING))
    member = context.step(read_member(event["member"]), config=config)
    guest = context.step(read_guest(event["guest"]))
    return {"member": member, "guest": guest}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """The first request of each step whose errors are all tried again."""
        for operation in body.own_operations if body.is_replayed else ():
            retries = strategy(operation) if operation.kind is OperationKind.STEP else None
            if retries is None or not _retries_all(retries) or is_at_most_once(operation) is not False:
                continue
            for run in (inner for called in operation.called for inner in called.bodies):
                yield from self._of(run, retries)
        usual = strategy_of(None)
        if usual is not None and is_unused_step(body):
            yield from self._of(body, usual)

    def _of(self, run: Body, retries: Strategy) -> Iterator[Finding]:
        request = _unhandled(run)
        if request is not None:
            yield self.finding(
                request.place,
                f"no error of {request.shown} is handled{request.trail(run.name)}, so {retries.shown} makes "
                f"{retries.attempts} attempts for each, also for those that will not pass",
                help="Catch what will not pass, or name what will in retryable_error_types",
                chain=request.hops(),
            )


def _retries_all(retries: Strategy) -> bool:
    return retries.attempts is not None and retries.attempts > 1 and not retries.chooses_errors


def _unhandled(run: Body) -> Request | None:
    """The first request of a step when the step tells no errors apart at any of them."""
    requests = [request for request in run.requests.values() if request.access is not None]
    if any(is_handled(request) or looks_at_status(request) for request in requests):
        return None
    return requests[0] if requests else None
