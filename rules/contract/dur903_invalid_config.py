"""DUR903: a literal value that the SDK refuses."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.model.contract import Terms
from durable_lint.model.module import Module
from durable_lint.model.refused import refused
from durable_lint.rule import Example, Rule


class InvalidConfig(Rule):
    """A configuration gets a value that the SDK refuses with a ``ValidationError``.

    Most are refused where the configuration is made: when Lambda loads the function, or in the middle of an execution
    if the code makes it there. ``min_successful`` above the number of branches is refused where the branches start, so
    everything before them has run already. The execution fails, and running it again does not help.

    Every limit was tried on the SDK: batches are checked since 2.0 (``min_successful`` and ``max_concurrency`` from 1,
    ``tolerated_failure_count`` from 0, percentages from 0 to 100, ``should_complete`` alone), ``sub_type`` since 3.0
    (up to 32 letters, digits, hyphens and underscores), negative durations in every version.
    """

    code = "DUR903"
    name = "invalid-config"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

TOLERANT = CompletionConfig(tolerated_failure_percentage=150)  # <- DUR903[E]
RETRY = RetryStrategyConfig(initial_delay=Duration.from_seconds(-5))  # <- DUR903[E]
SETTINGS = StepConfig(retry_strategy=create_retry_strategy(RETRY), sub_type="print job")  # <- DUR903[E]


@durable_step
def print_page(step_context: StepContext, page: str) -> str:
    return f"printed {page}"


def print_one(ctx: DurableContext, page: str, index: int, pages: list) -> str:
    return ctx.step(print_page(page), name=f"print_{index}", config=SETTINGS)


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    config = MapConfig(max_concurrency=0, completion_config=TOLERANT)  # <- DUR903[E]
    printed = context.map(event["pages"], print_one, name="print_pages", config=config)
    printed.throw_if_error()
    return printed.get_results()
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig, StepConfig
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

TOLERANT = CompletionConfig(tolerated_failure_percentage=15)
RETRY = RetryStrategyConfig(initial_delay=Duration.from_seconds(5))
SETTINGS = StepConfig(retry_strategy=create_retry_strategy(RETRY), sub_type="print-job")


@durable_step
def print_page(step_context: StepContext, page: str) -> str:
    return f"printed {page}"


def print_one(ctx: DurableContext, page: str, index: int, pages: list) -> str:
    return ctx.step(print_page(page), name=f"print_{index}", config=SETTINGS)


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    config = MapConfig(max_concurrency=10, completion_config=TOLERANT)
    printed = context.map(event["pages"], print_one, name="print_pages", config=config)
    printed.throw_if_error()
    return printed.get_results()
""",
        ),
        Example(
            title="limits in another module, more successes than branches",
            files={
                "limits.py": """
QUORUM = 3
AT_ONCE = -1
""",
            },
            bad="""
import limits
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import CompletionConfig, ParallelConfig


def majority() -> ParallelConfig:
    return ParallelConfig(completion_config=CompletionConfig(min_successful=limits.QUORUM))


@durable_with_child_context
def ask(ctx: DurableContext, region: str) -> str:
    return ctx.step(lambda _: region.upper(), name=f"ask_{region}")


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    branches = [ask("north"), ask("south")]
    votes = context.parallel(branches, name="ask_regions", config=majority())  # <- DUR903[E]
    votes.throw_if_error()
    more = ParallelConfig(max_concurrency=limits.AT_ONCE)  # <- DUR903[E]
    again = context.parallel(branches, name="ask_again", config=more)
    again.throw_if_error()
    return votes.get_results() + again.get_results()
""",
            good="""
import limits
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import CompletionConfig, ParallelConfig


def majority() -> ParallelConfig:
    return ParallelConfig(completion_config=CompletionConfig(min_successful=limits.QUORUM))


@durable_with_child_context
def ask(ctx: DurableContext, region: str) -> str:
    return ctx.step(lambda _: region.upper(), name=f"ask_{region}")


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    branches = [ask("north"), ask("south"), ask("west"), ask("east")]
    votes = context.parallel(branches, name="ask_regions", config=majority())
    votes.throw_if_error()
    return votes.get_results()
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Literal values in a body's calls of the SDK."""
        if body.interpreter is None:
            return
        terms = Terms(body.interpreter.sdk_line)
        for value in refused(body, terms):
            yield self.finding(
                value.site,
                f"the SDK refuses this with a ValidationError: {value.problem} ({terms.version})",
            )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Those at the top of a file and in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)
