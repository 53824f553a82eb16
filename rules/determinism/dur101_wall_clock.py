"""DUR101: the clock read in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, RecordableValueRule


class WallClock(RecordableValueRule):
    """Reading the clock in replayed code gives another value on every replay.

    A durable function runs from the top each time it resumes. What it computed between two operations is computed
    again; a time that was 09:59 on the first run is 14:20 after a wait, and a branch, a loop or an argument that
    depends on it no longer agrees with what has been recorded.

    Read the clock in a step: its result is recorded once and every replay sees the same time. How bad a finding is
    depends on where the time ends up: an error where it decides what runs or goes into an operation, a warning where it
    is only returned, advice where it is only logged.
    """

    code = "DUR101"
    name = "wall-clock"
    kinds = (Kind.CLOCK,)
    examples = (
        Example(
            bad="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def send_reminder(step_context: StepContext, sent_at: float) -> str:
    return f"reminder of {sent_at}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    now = time.time()  # <- DUR101[E]
    if now > event["deadline"]:
        context.step(send_reminder(now))
    return {"done": True}
""",
            good="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def read_clock(step_context: StepContext) -> float:
    return time.time()


@durable_step
def send_reminder(step_context: StepContext, sent_at: float) -> str:
    return f"reminder of {sent_at}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    now = context.step(read_clock())
    if now > event["deadline"]:
        context.step(send_reminder(now))
    return {"done": True}
""",
            fixed="""
import time

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def send_reminder(step_context: StepContext, sent_at: float) -> str:
    return f"reminder of {sent_at}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    now = context.step(lambda _: time.time(), name="read_now")
    if now > event["deadline"]:
        context.step(send_reminder(now))
    return {"done": True}
""",
        ),
        Example(
            title="a helper two modules away",
            files={
                "deadlines.py": """
from clock import today


def is_overdue(invoice: dict) -> bool:
    return invoice["due"] < today()
""",
                "clock.py": """
from datetime import date as calendar


def today() -> str:
    return calendar.today().isoformat()
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from deadlines import is_overdue


@durable_step
def remind(step_context: StepContext, invoice: dict) -> str:
    return invoice["customer"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if is_overdue(event["invoice"]):  # <- DUR101[E]
        context.step(remind(event["invoice"]))
    return {"invoice": event["invoice"]["id"]}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from deadlines import is_overdue


@durable_step
def check_overdue(step_context: StepContext, invoice: dict) -> bool:
    return is_overdue(invoice)


@durable_step
def remind(step_context: StepContext, invoice: dict) -> str:
    return invoice["customer"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if context.step(check_overdue(event["invoice"])):
        context.step(remind(event["invoice"]))
    return {"invoice": event["invoice"]["id"]}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from deadlines import is_overdue


@durable_step
def remind(step_context: StepContext, invoice: dict) -> str:
    return invoice["customer"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    if context.step(lambda _: is_overdue(event["invoice"]), name="is_overdue"):
        context.step(remind(event["invoice"]))
    return {"invoice": event["invoice"]["id"]}
""",
        ),
        Example(
            title="only returned, or only logged",
            bad="""
import time
from datetime import UTC, datetime

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    started = time.perf_counter()  # <- DUR101[I]
    parcel = context.step(ship(event["order_id"]))
    context.logger.info("shipped after %s s", time.perf_counter() - started)  # <- DUR101[I]
    shipped_at = datetime.now(UTC).isoformat()  # <- DUR101[W]
    return {"parcel": parcel, "shipped_at": shipped_at}
""",
            good="""
from datetime import UTC, datetime

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order_id: str) -> dict:
    return {"parcel": f"parcel of {order_id}", "shipped_at": datetime.now(UTC).isoformat()}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(ship(event["order_id"]))
""",
            fixed="""
import time
from datetime import UTC, datetime

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def ship(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    started = time.perf_counter()  # <- DUR101[I]
    parcel = context.step(ship(event["order_id"]))
    context.logger.info("shipped after %s s", time.perf_counter() - started)  # <- DUR101[I]
    shipped_at = context.step(lambda _: datetime.now(UTC).isoformat(), name="read_shipped_at")
    return {"parcel": parcel, "shipped_at": shipped_at}
""",
        ),
    )
