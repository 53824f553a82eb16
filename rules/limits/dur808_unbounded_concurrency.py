"""DUR808: a thread for each of any number of items."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.model.concurrency import MAX_THREADS, unbounded
from durable_lint.model.sizes import most
from durable_lint.rule import Example, Rule


class UnboundedConcurrency(Rule):
    """A map or parallel runs over input of unknown size, and nothing limits how many branches run at once.

    Without `max_concurrency` the SDK starts a thread for each branch. A Lambda environment has 1,024 threads, and the
    memory and the connections for far fewer; the services behind the branches get all requests at the same moment. With
    the five items of a test all goes well.

    Give `MapConfig(max_concurrency=...)` or `ParallelConfig(max_concurrency=...)`. Literal lists, ranges, and input
    that is cut to a size (`items[:50]`) are silent up to 1,024 branches.
    """

    code = "DUR808"
    name = "unbounded-concurrency"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small/{image}"


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    small = context.map(  # <- DUR808[I]
        event["images"],
        lambda ctx, image, index, images: ctx.step(resize(image), name=f"resize_{index}"),
        name="images",
    )
    small.throw_if_error()
    return small.get_results()
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import MapConfig


@durable_step
def resize(step_context: StepContext, image: str) -> str:
    return f"small/{image}"


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    small = context.map(
        event["images"],
        lambda ctx, image, index, images: ctx.step(resize(image), name=f"resize_{index}"),
        name="images",
        config=MapConfig(max_concurrency=20),
    )
    small.throw_if_error()
    return small.get_results()
""",
        ),
        Example(
            title="branches made in a loop, the limit in another module",
            files={
                "settings.py": """
from aws_durable_execution_sdk_python.config import CompletionConfig, ParallelConfig

PATIENT = ParallelConfig(completion_config=CompletionConfig.all_completed())
GENTLE = ParallelConfig(max_concurrency=8, completion_config=CompletionConfig.all_completed())
""",
            },
            bad="""
import settings
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    branches = [lambda ctx, word=word: ctx.step(lambda _: word.upper(), name=word) for word in event["words"]]
    shouted = context.parallel(branches, name="shouting", config=settings.PATIENT)  # <- DUR808[I]
    shouted.throw_if_error()
    return shouted.success_count
""",
            good="""
import settings
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    branches = [lambda ctx, word=word: ctx.step(lambda _: word.upper(), name=word) for word in event["words"]]
    shouted = context.parallel(branches, name="shouting", config=settings.GENTLE)
    shouted.throw_if_error()
    return shouted.success_count
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Maps and parallels of this body that nothing limits."""
        for operation in unbounded(body) if body.reports else ():
            count = None if operation.inputs is None else most(operation.inputs)
            size = (
                "a number that nothing here limits" if count is None else f"{count:,}, and a Lambda has {MAX_THREADS:,}"
            )
            yield self.finding(
                operation.site,
                f"{operation.label} starts a thread for each branch: {size}",
                help="Give its configuration max_concurrency, e.g. 10",
            )
