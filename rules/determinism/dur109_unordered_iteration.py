"""DUR109: an order that is another one in each process."""

from __future__ import annotations

from durable_lint.finding import Severity
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect, Kind, Sink
from durable_lint.rule import Example, ReplayedValueRule, again, consequence_of, is_error, unparsed, worst_sink


class UnorderedIteration(ReplayedValueRule):
    """A set is iterated in another order in each process, and the replay runs in another process.

    Python salts the hashes of text, so the order of a set of strings changes with every start. Operations that a loop
    over it runs come in another order on replay and meet each other's records; text joined from it differs. Directory
    listings and ``as_completed`` have the same trouble for other reasons.

    Iterate over ``sorted(...)``. Dicts keep their insertion order and are fine, and so is everything about a set that
    does not depend on order: membership, size, truth, union, minimum, sum.
    """

    code = "DUR109"
    name = "unordered-iteration"
    kinds = (Kind.ORDER,)
    remedy = "iterate over sorted(...)"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def remind(step_context: StepContext, customer: str) -> str:
    return f"reminded {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    late = {invoice["customer"] for invoice in event["invoices"]}
    for customer in late:  # <- DUR109[E]
        context.step(remind(customer), name=f"remind_{customer}")
    return {"reminded": len(late)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def remind(step_context: StepContext, customer: str) -> str:
    return f"reminded {customer}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    late = {invoice["customer"] for invoice in event["invoices"]}
    for customer in sorted(late):
        context.step(remind(customer), name=f"remind_{customer}")
    return {"reminded": len(late)}
""",
        ),
        Example(
            title="made in a helper, handed to an operation",
            files={
                "recipients.py": """
def new_ones(received: list[str], known: list[str]) -> list[str]:
    return list(set(received) - set(known))
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from recipients import new_ones


@durable_step
def welcome(step_context: StepContext, people: list[str]) -> int:
    return len(people)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    people = new_ones(event["received"], event["known"])  # <- DUR109[E]
    return {"welcomed": context.step(welcome(people))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from recipients import new_ones


@durable_step
def welcome(step_context: StepContext, people: list[str]) -> int:
    return len(people)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    people = sorted(new_ones(event["received"], event["known"]))
    return {"welcomed": context.step(welcome(people))}
""",
        ),
        Example(
            title="a listing that decides what runs",
            bad="""
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    kinds = {"invoice", "letter"}
    if event["kind"] in kinds and len(kinds) == 2:
        for number, path in enumerate(Path("/mnt/inbox").glob("*.pdf")):  # <- DUR109[E]
            context.step(lambda _, path=path: path.name, name=f"import_{number}")
    return {"kinds": sorted(kinds)}
""",
            good="""
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def list_inbox(step_context: StepContext) -> list[str]:
    return sorted(path.name for path in Path("/mnt/inbox").glob("*.pdf"))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    kinds = {"invoice", "letter"}
    if event["kind"] in kinds and len(kinds) == 2:
        for number, name in enumerate(context.step(list_inbox())):
            context.step(lambda _, name=name: name, name=f"import_{number}")
    return {"kinds": sorted(kinds)}
""",
        ),
    )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """What also reads files or starts threads is reported as that, unless its order goes into an operation."""
        sink = worst_sink(effect)
        if sink in (None, Sink.OPERATION_NAME) or body.companion(effect, Kind.CONCURRENCY) is not None:
            return False
        return body.companion(effect, Kind.FILE) is None or is_error(effect)

    def severity_at(self, effect: Effect) -> Severity:
        """By sink; a result in another order is never worse than a warning."""
        return Severity.WARNING if worst_sink(effect) is Sink.STALE_RETURN else super().severity_at(effect)

    def message(self, effect: Effect) -> str:
        """Whose order it is, and what becomes of it."""
        sink = worst_sink(effect)
        what = "this set" if effect.source in ("set", "frozenset") and not effect.through_helper else effect.shown
        result = "decides in which order operations run" if sink is Sink.LOOP else consequence_of(sink)
        return f"the order of {what} differs {again(effect)} and {result}"

    def advice(self, effect: Effect) -> str:
        """Any order will do, as long as it is always the same."""
        return f"Write sorted({unparsed(effect.site.node)})"
