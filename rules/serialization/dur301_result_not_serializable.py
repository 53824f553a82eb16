"""DUR301: a result that cannot be recorded."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.payloads import Fate
from durable_lint.model.results import recorded
from durable_lint.rule import Example, Rule


class ResultNotSerializable(Rule):
    """A step, child context, branch, map function, submitter or condition gives back what the SDK cannot record.

    What an operation returns is written into the execution's history before the code goes on, and read from there on
    every replay. The default serializer knows text, numbers, lists, dicts with text keys and a few more types. A set,
    a dataclass, an enum member, a path, a timedelta, a generator, a function, an exception or any object of your own
    is refused: the work has been done, but `SerDesError` ends the execution, without a retry.

    Return plain data (`sorted(ids)`, `dataclasses.asdict(order)`, `status.value`), or give the operation a `serdes`
    that knows the type. An `item_serdes` is not enough for `map` and `parallel`, whose whole result is recorded too.
    """

    code = "DUR301"
    name = "result-not-serializable"
    fixes = (Safety.SAFE, Safety.UNSAFE)
    fix_help = (
        "Makes JSON of a set, a generator, a dataclass, an enum's member or the like where the function returns it, "
        "and makes it again around the operation for readers that need it. Unsafe where not every reader can be seen; "
        "there is no fix for the state of a condition, nor where a reader is seen that the change would break."
    )
    examples = (
        Example(
            title="a set",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def find_debtors(step_context: StepContext, invoices: list[dict]) -> set[str]:
    return {invoice["debtor"] for invoice in invoices}  # <- DUR301[E]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    debtors = context.step(find_debtors(event["invoices"]))
    return {"debtors": len(debtors)}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def find_debtors(step_context: StepContext, invoices: list[dict]) -> list[str]:
    return sorted({invoice["debtor"] for invoice in invoices})


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    debtors = context.step(find_debtors(event["invoices"]))
    return {"debtors": len(debtors)}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def find_debtors(step_context: StepContext, invoices: list[dict]) -> list[str]:
    return sorted({invoice["debtor"] for invoice in invoices})


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    debtors = context.step(find_debtors(event["invoices"]))
    return {"debtors": len(debtors)}
""",
        ),
        Example(
            title="a dataclass of another module",
            files={
                "orders.py": """
from dataclasses import dataclass


@dataclass
class Order:
    number: str
    cents: int

    @classmethod
    def load(cls, number: str) -> "Order":
        return cls(number, 1200)
"""
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from orders import Order


@durable_step
def load_order(step_context: StepContext, number: str) -> Order:
    return Order.load(number)  # <- DUR301[E]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(load_order(event["number"]))
    return {"cents": order.cents}
""",
            good="""
from dataclasses import asdict

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from orders import Order


@durable_step
def load_order(step_context: StepContext, number: str) -> dict:
    return asdict(Order.load(number))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = context.step(load_order(event["number"]))
    return {"cents": order["cents"]}
""",
            fixed="""
from dataclasses import asdict

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from orders import Order


@durable_step
def load_order(step_context: StepContext, number: str) -> dict:
    return asdict(Order.load(number))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = Order(**context.step(load_order(event["number"])))
    return {"cents": order.cents}
""",
        ),
        Example(
            title="inside a dict, and the state of a condition",
            bad="""
from datetime import timedelta
from enum import Enum

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


class Shift(Enum):
    DAY = "day"
    NIGHT = "night"


def plan_shift(child_context: DurableContext) -> dict:
    hours = child_context.step(lambda _: 8, name="read_hours")
    return {
        "shift": Shift.NIGHT,  # <- DUR301[E]
        "length": timedelta(hours=hours),  # <- DUR301[E]
    }


def poll_again(seen: object, attempt: int) -> WaitForConditionDecision:
    return WaitForConditionDecision.continue_waiting(Duration.from_seconds(30))


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    context.run_in_child_context(plan_shift, name="plan_shift")
    context.wait_for_condition(
        lambda seen, check_context: seen,
        WaitForConditionConfig(wait_strategy=poll_again, initial_state=set()),  # <- DUR301[E]
        name="wait_for_bookings",
    )
""",
            good="""
from datetime import timedelta
from enum import Enum

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


class Shift(Enum):
    DAY = "day"
    NIGHT = "night"


def plan_shift(child_context: DurableContext) -> dict:
    hours = child_context.step(lambda _: 8, name="read_hours")
    return {"shift": Shift.NIGHT.value, "length": timedelta(hours=hours).total_seconds()}


def poll_again(seen: object, attempt: int) -> WaitForConditionDecision:
    return WaitForConditionDecision.continue_waiting(Duration.from_seconds(30))


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    context.run_in_child_context(plan_shift, name="plan_shift")
    context.wait_for_condition(
        lambda seen, check_context: seen,
        WaitForConditionConfig(wait_strategy=poll_again, initial_state=[]),
        name="wait_for_bookings",
    )
""",
            fixed="""
from datetime import timedelta
from enum import Enum

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig, WaitForConditionDecision


class Shift(Enum):
    DAY = "day"
    NIGHT = "night"


def plan_shift(child_context: DurableContext) -> dict:
    hours = child_context.step(lambda _: 8, name="read_hours")
    return {
        "shift": Shift.NIGHT.value,
        "length": timedelta(hours=hours).total_seconds(),
    }


def poll_again(seen: object, attempt: int) -> WaitForConditionDecision:
    return WaitForConditionDecision.continue_waiting(Duration.from_seconds(30))


@durable_execution
def handler(event: dict, context: DurableContext) -> None:
    context.run_in_child_context(plan_shift, name="plan_shift")
    context.wait_for_condition(
        lambda seen, check_context: seen,
        WaitForConditionConfig(wait_strategy=poll_again, initial_state=set()),  # <- DUR301[E]
        name="wait_for_bookings",
    )
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Refused parts of what this body's operations record."""
        for found in recorded(body, Fate.REFUSED):
            trouble = found.trouble
            yield self.finding(
                trouble.site,
                f"{found.whole} cannot be recorded: the serializer refuses {trouble.what} (SerDesError)",
                help=f"Return {trouble.remedy or 'plain data'}, or give the operation a serdes that knows the type",
                fix=rewrite.sending.recorded_as_json(body, found),
            )
