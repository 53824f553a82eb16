"""DUR603: a look at another service that gets one chance."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.attempts import is_at_most_once, strategy
from durable_lint.model.body import Body
from durable_lint.model.effects import Access, Site
from durable_lint.model.handling import is_handled, is_operation_handled
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.requests import Request
from durable_lint.rule import Example, Rule


class NoRetryForTransient(Rule):
    """A step that only reads from another service is never tried again, and nobody handles its failure.

    Connections break and services are busy: such errors pass. With `RetryPresets.none()` or `max_attempts=1` the first
    one fails the step, and where nothing catches the StepError it fails the whole execution. To read again does no
    harm, so there is nothing that the missing retries protect.

    Leave the default strategy, or choose the errors that pass:
    `create_retry_strategy(RetryStrategyConfig(max_attempts=3, retryable_error_types=[TimeoutError, ConnectionError]))`.
    Steps that write are left alone, and so are steps that run at most once, that handle errors themselves, whose
    StepError is caught on the way, or that run under `with_retry`.
    """

    code = "DUR603"
    name = "no-retry-for-transient"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets


@durable_step
def read_price(step_context: StepContext, article: str) -> dict:
    answer = requests.get(f"https://prices.example.com/{article}", timeout=5)
    answer.raise_for_status()
    return answer.json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(
        read_price(event["article"]),
        config=StepConfig(retry_strategy=RetryPresets.none()),  # <- DUR603[I]
    )
""",
            good="""
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


@durable_step
def read_price(step_context: StepContext, article: str) -> dict:
    answer = requests.get(f"https://prices.example.com/{article}", timeout=5)
    answer.raise_for_status()
    return answer.json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    retries = RetryStrategyConfig(max_attempts=3, retryable_error_types=[requests.Timeout, requests.ConnectionError])
    return context.step(
        read_price(event["article"]),
        config=StepConfig(retry_strategy=create_retry_strategy(retries)),
    )
""",
        ),
        Example(
            title="a configuration and a reader from other modules",
            files={
                "settings.py": """
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy


def attempts(number: int) -> StepConfig:
    return StepConfig(retry_strategy=create_retry_strategy(RetryStrategyConfig(max_attempts=number)))


FIRE_ONCE = attempts(1)
""",
                "catalog.py": """
import boto3

table = boto3.resource("dynamodb").Table("articles")


def read(article: str) -> dict:
    return table.get_item(Key={"id": article}).get("Item", {})
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from catalog import read
from settings import FIRE_ONCE


def look_up(context: DurableContext, article: str) -> dict:
    return context.step(lambda _: read(article), name="look_up_article", config=FIRE_ONCE)  # <- DUR603[I]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return look_up(context, event["article"])
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepError, durable_execution
from catalog import read
from settings import FIRE_ONCE, attempts


def look_up(context: DurableContext, article: str) -> dict:
    return context.step(lambda _: read(article), name="look_up_article", config=FIRE_ONCE)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        found = look_up(context, event["article"])
    except StepError:
        found = {}
    other = context.step(lambda _: read(event["other"]), name="look_up_other", config=attempts(4))
    return {"found": found, "other": other}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Steps of a body that read, get one attempt, and whose failure nobody handles."""
        for operation in body.own_operations if body.is_replayed else ():
            retries = strategy(operation) if operation.kind is OperationKind.STEP else None
            if retries is None or not retries.is_off or is_at_most_once(operation) is not False:
                continue
            request = _unhandled_read(operation)
            if request is None or is_operation_handled(body, operation):
                continue
            yield self.finding(
                Site(operation.site.module, operation.field_node("retry_strategy")),
                f"{request.shown} in this step gets one attempt{request.trail(body.name)}: an error that would have "
                "passed fails the execution; leave the retries on, it only reads",
                help="Leave retry_strategy out, or name the errors that pass in a RetryStrategyConfig",
                chain=request.hops(),
            )


def _unhandled_read(operation: Operation) -> Request | None:
    """The first request of a step whose requests all read, and whose errors get out of the step."""
    bodies = [inner for called in operation.called for inner in called.bodies]
    requests = [request for inner in bodies for request in inner.requests.values()]
    if any(request.access is not Access.READ for request in requests):
        return None
    return next((request for request in requests if not is_handled(request)), None)
