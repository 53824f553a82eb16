"""DUR807: a handler that does too much."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body, BodyKind
from durable_lint.model.granularity import describes_several_duties
from durable_lint.rule import Example, Rule

_MAX_OPERATIONS = 15


class TooManyResponsibilities(Rule):
    """A handler has more operations than one purpose needs, or says of itself that it does everything.

    A durable function with one purpose can be tested, and its history can be read. When many duties share an execution,
    a failure of the last one leaves the others half done, and a change to any of them concerns the executions of all
    that are under way.

    Counted are the operations that stand in the handler itself; `max-operations` in the configuration says how many it
    may have (15). Group what belongs together in child contexts (`@durable_with_child_context`), or give each duty a
    durable function of its own and `invoke` it.
    """

    code = "DUR807"
    name = "too-many-responsibilities"
    severity = Severity.INFO
    examples = (
        Example(
            title="a name and a description for everything",
            bad='''
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def run_everything(event: dict, context: DurableContext) -> dict:  # <- DUR807[I]
    """Take orders, count the stock, write to customers, close the books..."""
    return {"order": context.step(lambda _: event["order"].strip(), name="take_order")}
''',
            good='''
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def take_order(event: dict, context: DurableContext) -> dict:
    """Take one order, from its check to the parcel."""
    return {"order": context.step(lambda _: event["order"].strip(), name="take_order")}
''',
        ),
        Example(
            title="sixteen operations in a row, which child contexts in another module group",
            files={
                "stays.py": """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context


@durable_step
def note(step_context: StepContext, guest: str, what: str) -> str:
    return f"{guest}: {what}"


@durable_with_child_context
def arrive(context: DurableContext, guest: str) -> str:
    context.step(note(guest, "greeted"), name="greet_guest")
    context.step(note(guest, "registered"), name="register_guest")
    return context.step(note(guest, "has a key"), name="hand_over_key")


@durable_with_child_context
def leave(context: DurableContext, guest: str) -> str:
    context.step(note(guest, "has a bill"), name="write_bill")
    return context.step(note(guest, "has paid"), name="take_money")
""",
            },
            bad="""
import stays
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def host(event: dict, context: DurableContext) -> None:  # <- DUR807[I]
    guest = event["guest"]
    context.step(stays.note(guest, "asked"), name="answer_guest")
    context.step(stays.note(guest, "booked"), name="book_room")
    context.step(stays.note(guest, "confirmed"), name="confirm_room")
    context.step(stays.note(guest, "greeted"), name="greet_guest")
    context.step(stays.note(guest, "registered"), name="register_guest")
    context.step(stays.note(guest, "has a key"), name="hand_over_key")
    context.step(stays.note(guest, "has towels"), name="bring_towels")
    context.step(stays.note(guest, "has breakfast"), name="serve_breakfast")
    context.step(stays.note(guest, "has a newspaper"), name="bring_newspaper")
    context.step(stays.note(guest, "has a bill"), name="write_bill")
    context.step(stays.note(guest, "has paid"), name="take_money")
    context.step(stays.note(guest, "gave the key back"), name="take_back_key")
    context.step(stays.note(guest, "has a taxi"), name="call_taxi")
    context.step(stays.note(guest, "was asked"), name="send_questions")
    context.step(stays.note(guest, "was thanked"), name="send_thanks")
    context.step(stays.note(guest, "is known"), name="update_register")
""",
            good="""
import stays
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def host(event: dict, context: DurableContext) -> None:
    context.run_in_child_context(stays.arrive(event["guest"]), name="arrival")
    context.run_in_child_context(stays.leave(event["guest"]), name="departure")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """A handler with too many operations of its own, or with several duties by its own account."""
        if body.kind is not BodyKind.HANDLER:
            return
        allowed = self.limits.operations or _MAX_OPERATIONS
        count = sum(1 for _ in body.own_operations)
        if count > allowed:
            problem = f"{body.name} has {count} operations of its own, more than {allowed}"
        elif describes_several_duties(body):
            problem = f"{body.name} says of itself that it does several things"
        else:
            return
        yield self.finding(
            body.site,
            f"{problem}: when one part fails, it takes the others along",
            help="Group operations in child contexts, or give each duty a durable function of its own",
        )
