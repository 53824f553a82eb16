"""DUR109: an order that is another one in each process."""

from __future__ import annotations

from durable_lint import rewrite
from durable_lint.finding import Fix, Safety, Severity
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
    fixes = (Safety.SAFE,)
    fix_help = (
        "Puts `sorted(...)` round what is gone through where its elements surely have an order: text, numbers, tuples "
        "of these, by what they are made of or by the annotation of the step that gets them. There is none where the "
        "type of an element is not known, and none for `os.scandir`, `os.walk` and `as_completed`."
    )
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
            fixed="""
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
            fixed="""
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
    note = Path("/mnt/note").read_text()  # <- DUR106[W]
    if event["kind"] in kinds and len(kinds) == 2:
        for number, path in enumerate(Path("/mnt/inbox").glob("*.pdf")):  # <- DUR109[E]
            context.step(lambda _, path=path: path.name, name=f"import_{number}")
    return {"kinds": sorted(kinds), "note": note}
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
            fixed="""
from pathlib import Path

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    kinds = {"invoice", "letter"}
    note = Path("/mnt/note").read_text()
    if event["kind"] in kinds and len(kinds) == 2:
        for number, path in enumerate(sorted(Path("/mnt/inbox").glob("*.pdf"))):
            context.step(lambda _, path=path: path.name, name=f"import_{number}")
    return {"kinds": sorted(kinds), "note": note}
""",
        ),
        Example(
            title="what is known to be text, and what is not",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def call(step_context: StepContext, people: object) -> str:
    return f"called {people}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    names: set[str] = event["names"]
    context.step(call(list(names)), name="call_all")  # <- DUR109[E]
    context.step(call(", ".join(n for n in names if n != "me")), name="call_others")  # <- DUR109[E]
    for shift in {"early", "late"}:  # <- DUR109[E]
        context.step(call(shift), name=f"call_{shift}")
    for desk in set(event["desks"]):  # <- DUR109[E]
        context.step(call(desk), name=f"call_desk_{desk}")
    return {"called": len(names)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def call(step_context: StepContext, people: object) -> str:
    return f"called {people}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    names: set[str] = event["names"]
    context.step(call(sorted(names)), name="call_all")
    for desk in dict.fromkeys(event["desks"]):
        context.step(call(desk), name=f"call_desk_{desk}")
    return {"called": len(names)}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def call(step_context: StepContext, people: object) -> str:
    return f"called {people}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    names: set[str] = event["names"]
    context.step(call(sorted(names)), name="call_all")
    context.step(call(", ".join(n for n in sorted(names) if n != "me")), name="call_others")
    for shift in sorted({"early", "late"}):
        context.step(call(shift), name=f"call_{shift}")
    for desk in set(event["desks"]):  # <- DUR109[E]
        context.step(call(desk), name=f"call_desk_{desk}")
    return {"called": len(names)}
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

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """The same order in every process."""
        return rewrite.sorting.sorted_there(body, effect)
