"""DUR606: the failed items of a batch vanish."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.batches import Taken, cannot_fail, results_only, tolerates_failures
from durable_lint.model.body import Body
from durable_lint.model.effects import Site
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.rule import Example, Rule


class BatchFailuresIgnored(Rule):
    """The results of `map` or `parallel` are used, and nobody asks whether a branch has failed.

    Neither operation raises when a branch fails. By default the first failure ends the batch: what has not been started
    by then never is (`CompletionPolicy` in the SDK's `concurrency/models.py`: without criteria one failure is more than
    is tolerated). `get_results()` holds only what succeeded up to there, so the code goes on with a shorter list, and
    the items that are missing are never mentioned again.

    Call `batch.throw_if_error()` first, or look at `has_failure`, `failed()` or `get_errors()`. Silent where the code
    looks at anything else of the batch or counts the results, where it goes out of sight, where the branches handle
    their errors themselves, and where a `completion_config` says that failures are tolerated or some successes do.
    """

    code = "DUR606"
    name = "batch-failures-ignored"
    severity = Severity.WARNING
    fixes = (Safety.SAFE,)
    fix_help = (
        "`batch.throw_if_error()` goes in front of the statement that takes the results. No fix in a `try` with "
        "clauses, where the results are taken under a condition, and in the middle of an expression that does not "
        "name the batch."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def weigh(step_context: StepContext, parcel: str) -> int:
    return len(parcel)


def weigh_one(ctx: DurableContext, parcel: str, index: int, parcels: list) -> int:
    return ctx.step(weigh(parcel), name=f"weigh_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["parcels"], weigh_one, name="weigh_parcels")
    return {"grams": sum(batch.get_results())}  # <- DUR606[W]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def weigh(step_context: StepContext, parcel: str) -> int:
    return len(parcel)


def weigh_one(ctx: DurableContext, parcel: str, index: int, parcels: list) -> int:
    return ctx.step(weigh(parcel), name=f"weigh_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["parcels"], weigh_one, name="weigh_parcels")
    batch.throw_if_error()
    return {"grams": sum(batch.get_results())}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def weigh(step_context: StepContext, parcel: str) -> int:
    return len(parcel)


def weigh_one(ctx: DurableContext, parcel: str, index: int, parcels: list) -> int:
    return ctx.step(weigh(parcel), name=f"weigh_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(event["parcels"], weigh_one, name="weigh_parcels")
    batch.throw_if_error()
    return {"grams": sum(batch.get_results())}
""",
        ),
        Example(
            title="through helpers in another module, and without a variable",
            files={
                "reports.py": """
def total(batch) -> int:
    return sum(batch.get_results())


def summary(batch) -> dict:
    return {"total": total(batch), "failed": batch.failure_count}
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from reports import total


@durable_step
def count(step_context: StepContext, shelf: str) -> int:
    return len(shelf)


def count_branch(shelf: str):
    return lambda ctx: ctx.step(count(shelf), name=f"count_{shelf}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    branches = [count_branch(shelf) for shelf in event["shelves"]]
    counted = context.parallel(branches, name="count_shelves")  # <- DUR606[W]
    books = context.parallel(branches[:2], name="count_front_shelves").get_results()  # <- DUR606[W]
    return {"all": total(counted), "front": books}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import CompletionConfig, ParallelConfig
from reports import summary


@durable_step
def count(step_context: StepContext, shelf: str) -> int:
    return len(shelf)


def count_branch(shelf: str):
    return lambda ctx: ctx.step(count(shelf), name=f"count_{shelf}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    branches = [count_branch(shelf) for shelf in event["shelves"]]
    counted = context.parallel(branches, name="count_shelves")
    some = ParallelConfig(completion_config=CompletionConfig(min_successful=1))
    books = context.parallel(branches[:2], name="count_front_shelves", config=some).get_results()
    return {"all": summary(counted), "front": books}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from reports import total


@durable_step
def count(step_context: StepContext, shelf: str) -> int:
    return len(shelf)


def count_branch(shelf: str):
    return lambda ctx: ctx.step(count(shelf), name=f"count_{shelf}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    branches = [count_branch(shelf) for shelf in event["shelves"]]
    counted = context.parallel(branches, name="count_shelves")  # <- DUR606[W]
    batch = context.parallel(branches[:2], name="count_front_shelves")
    batch.throw_if_error()
    books = batch.get_results()
    return {"all": total(counted), "front": books}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Batches of a body of which only the results are taken."""
        if not body.is_replayed:
            return
        for operation in body.own_operations:
            if operation.kind not in (OperationKind.MAP, OperationKind.PARALLEL) or tolerates_failures(operation):
                continue
            taken = results_only(body, operation)
            if taken and not cannot_fail(operation):
                yield self._finding(operation, taken)

    def _finding(self, operation: Operation, taken: list[Taken]) -> Finding:
        """At the first place in durable code that takes the results, else at the operation."""
        places = [place.site for place in taken if place.body.is_durable and place.body.is_replayed]
        first = min(places, key=lambda site: (site.module.path, site.span)) if places else None
        call = None if first is None else first.module.parent(first.node)
        site = operation.site if first is None or call is None else Site(first.module, call)
        return self.finding(
            site,
            f"get_results() holds only what succeeded, and nobody asks this {operation.kind.value} for failures: items "
            "that fail, and those that are then not started, silently vanish",
            help="Call throw_if_error() on the batch first, or look at has_failure, failed() or get_errors()",
            fix=None if first is None else rewrite.batches.errors_raised(first),
        )
