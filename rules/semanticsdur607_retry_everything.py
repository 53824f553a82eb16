"""DUR607: a list of errors to retry that holds all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.attempts import errors_of
from durable_lint.model.body import Body
from durable_lint.model.contract import Match, Terms
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.operations import constant_of
from durable_lint.rule import Example, Rule

_STRATEGIES = frozenset({"RetryStrategyConfig", "LinearRetryStrategyConfig"})
_EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})


class RetryEverything(Rule):
    """A retry strategy names the errors that it retries, and `Exception` is one of them.

    `retryable_error_types` is there to tell errors that pass (a time-out, a refused connection) from those that do not:
    bad input, a missing record, a mistake in the code. With `Exception` in the list every one of them is tried again,
    with all its waiting, before the execution gets to know; the other classes in the list say nothing any more.

    Name the errors that pass, or leave the list out where everything really is to be retried.
    """

    code = "DUR607"
    name = "retry-everything"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

PATIENT = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=5,
            retryable_error_types=[TimeoutError, Exception],  # <- DUR607[I]
        )
    )
)


@durable_step
def count_stock(step_context: StepContext, article: str) -> int:
    return len(article)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"stock": context.step(count_stock(event["article"]), config=PATIENT)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

PATIENT = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=5,
            retryable_error_types=[TimeoutError, ConnectionError],
        )
    )
)


@durable_step
def count_stock(step_context: StepContext, article: str) -> int:
    return len(article)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"stock": context.step(count_stock(event["article"]), config=PATIENT)}
""",
        ),
        Example(
            title="a list from another module, in a strategy for several operations",
            files={
                "errors.py": """
class Busy(Exception):
    pass


ALL_ERRORS = [Busy, BaseException]
PASSING = (Busy, TimeoutError)
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, WithRetryConfig, durable_execution
from aws_durable_execution_sdk_python import durable_step, with_retry
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from errors import ALL_ERRORS


def strategy(attempts: int):
    return create_retry_strategy(RetryStrategyConfig(attempts, retryable_error_types=ALL_ERRORS))  # <- DUR607[I]


@durable_step
def book(step_context: StepContext, room: str) -> str:
    return f"booked {room}"


def book_all(ctx: DurableContext, attempt: int) -> list:
    return [ctx.step(book(room), name=f"book_{room}") for room in ("blue", "green")]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    config = WithRetryConfig(retry_strategy=strategy(event["attempts"]))
    return {"rooms": with_retry(context, book_all, config, name="book_rooms")}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, WithRetryConfig, durable_execution
from aws_durable_execution_sdk_python import durable_step, with_retry
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from errors import PASSING


def strategy(attempts: int):
    return create_retry_strategy(RetryStrategyConfig(attempts, retryable_error_types=list(PASSING)))


@durable_step
def book(step_context: StepContext, room: str) -> str:
    return f"booked {room}"


def book_all(ctx: DurableContext, attempt: int) -> list:
    return [ctx.step(book(room), name=f"book_{room}") for room in ("blue", "green")]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    config = WithRetryConfig(retry_strategy=strategy(event["attempts"]))
    return {"rooms": with_retry(context, book_all, config, name="book_rooms")}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Strategies that a body makes."""
        if body.interpreter is None or not body.sdk_calls:
            return
        terms = Terms(body.interpreter.sdk_line)
        for call in body.sdk_calls.values():
            match = terms.match(call) if call.name in _STRATEGIES else None
            if match is not None and not _is_off(match):
                yield from self._everything(match)

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Strategies that a file makes at its top, or in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)

    def _everything(self, match: Match) -> Iterator[Finding]:
        given = match.of("retryable_error_types")
        for index, name in () if given is None else errors_of(given.value):
            if name not in _EVERYTHING:
                continue
            node = given.node if given is not None else None
            if isinstance(node, (ast.List, ast.Tuple)) and index < len(node.elts):
                node = node.elts[index]
            yield self.finding(
                match.call.site if node is None else Site(match.call.site.module, node),
                f"`{name.removeprefix('builtins.')}` among the errors to retry means every error, also those that do "
                "not pass; name those that do",
                help="For instance retryable_error_types=[TimeoutError, ConnectionError]",
            )
            return


def _is_off(match: Match) -> bool:
    attempts = match.of("max_attempts")
    return attempts is not None and constant_of(attempts.value) == 1
