"""DUR307: a BatchResult used as if it were the list of results."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.results import handed_back
from durable_lint.model.things import Typed
from durable_lint.rule import Example, Rule

_ERRORS = {
    "subscript": "it cannot be indexed (TypeError)",
    "subscript by text": "it cannot be indexed (TypeError)",
    "iterate": "it cannot be iterated (TypeError)",
    "len": "it has no length (TypeError)",
    "membership": "it cannot be searched (TypeError)",
    "compared": "it equals nothing but another BatchResult",
    "arithmetic": "it cannot be added to anything (TypeError)",
}


class BatchResultMisuse(Rule):
    """The result of `map` or `parallel` is indexed, iterated, measured, compared or returned from the handler.

    Both give a `BatchResult`: an object that holds one entry for each branch with its status, result and error. It is
    no list, so `batch[0]`, `for item in batch` and `len(batch)` raise a TypeError once all the branches have run, and
    every replay raises it again. Returned from the handler it fails too: it is not JSON serializable.

    Use `batch.get_results()`, which holds the results of the branches that succeeded, and `batch.throw_if_error()` or
    `batch.failure_count` for the others.
    """

    code = "DUR307"
    name = "batch-result-misuse"
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "Puts `.get_results()` behind the batch. Unsafe, because the results of branches that failed are not among "
        "these: whether the others are enough has to be decided."
    )
    examples = (
        Example(
            title="used as a list",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["pages"], lambda ctx, page, index, pages: page["words"], name="count_words")
    batch.throw_if_error()
    context.logger.info("counted", extra={"pages": len(batch)})  # <- DUR307[E]
    total = 0
    for words in batch:  # <- DUR307[E]
        total += words
    return {"total": total, "first": batch[0]}  # <- DUR307[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["pages"], lambda ctx, page, index, pages: page["words"], name="count_words")
    batch.throw_if_error()
    words = batch.get_results()
    context.logger.info("counted", extra={"pages": batch.total_count})
    return {"total": sum(words), "first": words[0]}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["pages"], lambda ctx, page, index, pages: page["words"], name="count_words")
    batch.throw_if_error()
    context.logger.info("counted", extra={"pages": len(batch.get_results())})
    total = 0
    for words in batch.get_results():
        total += words
    return {"total": total, "first": batch.get_results()[0]}
""",
        ),
        Example(
            title="returned",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.parallel([lambda ctx: event["left"], lambda ctx: event["right"]], name="read_sides")
    batch.throw_if_error()
    return {"sides": batch}  # <- DUR307[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.parallel([lambda ctx: event["left"], lambda ctx: event["right"]], name="read_sides")
    batch.throw_if_error()
    return {"sides": batch.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.parallel([lambda ctx: event["left"], lambda ctx: event["right"]], name="read_sides")
    batch.throw_if_error()
    return {"sides": batch.get_results()}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Uses of a BatchResult that it does not support, and handlers that return one."""
        for use in body.uses.values():
            if isinstance(use.thing, Typed) and use.thing.name == "sdk.BatchResult" and use.how in _ERRORS:
                yield self.finding(
                    use.site,
                    f"map and parallel give a BatchResult, not a list: {_ERRORS[use.how]}",
                    help="Use batch.get_results() (successes only), after batch.throw_if_error()",
                    fix=rewrite.batches.results_taken(use),
                )
        for trouble in handed_back(body):
            if trouble.type == "BatchResult":
                yield self.finding(
                    trouble.site,
                    "the execution fails at its very end: a BatchResult is not JSON serializable (TypeError)",
                    help="Return batch.get_results()",
                    fix=rewrite.batches.results_returned(trouble),
                )
