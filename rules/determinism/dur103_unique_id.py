"""DUR103: unique ids made in replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Kind
from durable_lint.rule import Example, RecordableValueRule


class UniqueId(RecordableValueRule):
    """An id made in replayed code is another id on every replay.

    The first run stores order ``1f0c``, the run after the wait ships order ``9b7e``: each replay hands a new id to
    whatever comes next, while recorded results still speak of the old one. ``uuid1``, ``uuid4``, ULIDs, nano ids and
    object ids all do this; ``uuid3`` and ``uuid5`` are computed from their arguments and are fine.

    Make the id in a step, or take one that is the same on every replay, such as a key of the event. A default counts
    too: ``event.get("id", uuid4())`` makes an id each time, used or not.
    """

    code = "DUR103"
    name = "unique-id"
    kinds = (Kind.ID,)
    examples = (
        Example(
            bad="""
import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order_id: str, cents: int) -> dict:
    return {"order": order_id, "cents": cents}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event.get("order_id", str(uuid.uuid4()))  # <- DUR103[E]
    return context.step(charge(order_id, event["cents"]))
""",
            good="""
import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def new_order_id(step_context: StepContext) -> str:
    return str(uuid.uuid4())


@durable_step
def charge(step_context: StepContext, order_id: str, cents: int) -> dict:
    return {"order": order_id, "cents": cents}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event.get("order_id") or context.step(new_order_id())
    return context.step(charge(order_id, event["cents"]))
""",
            fixed="""
import uuid

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def charge(step_context: StepContext, order_id: str, cents: int) -> dict:
    return {"order": order_id, "cents": cents}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order_id = event.get("order_id", context.step(lambda _: str(uuid.uuid4()), name="generate_uuid4"))
    return context.step(charge(order_id, event["cents"]))
""",
        ),
        Example(
            title="captured by a step, from a factory in another module",
            files={
                "models.py": """
from dataclasses import dataclass, field
from uuid import uuid4


@dataclass
class Booking:
    guest: str
    reference: str


def new_booking(guest: str) -> Booking:
    return Booking(guest, uuid4().hex)
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from models import new_booking


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    booking = new_booking(event["guest"])  # <- DUR103[E]
    context.step(lambda _: {"reference": booking.reference}, name="store_booking")
    return {"guest": booking.guest}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from models import new_booking


@durable_step
def book(step_context: StepContext, guest: str) -> dict:
    booking = new_booking(guest)
    return {"guest": booking.guest, "reference": booking.reference}


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return context.step(book(event["guest"]))
""",
        ),
        Example(
            title="made at import",
            bad="""
from uuid import NAMESPACE_URL, uuid4, uuid5

from aws_durable_execution_sdk_python import DurableContext, durable_execution

RUN_ID = uuid4().hex


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bill = {"customer": event["customer"], "run": RUN_ID}  # <- DUR103[E]
    answer = context.invoke("billing:live", bill, name="bill_run")
    return {"answer": answer}
""",
            good="""
from uuid import NAMESPACE_URL, uuid5

from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    run_id = uuid5(NAMESPACE_URL, event["period"]).hex
    answer = context.invoke("billing:live", {"run": run_id}, name="bill_run")
    return {"answer": answer}
""",
            fixed="""
from uuid import NAMESPACE_URL, uuid4, uuid5

from aws_durable_execution_sdk_python import DurableContext, durable_execution

RUN_ID = uuid4().hex


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    bill = {"customer": event["customer"], "run": context.step(lambda _: RUN_ID, name="generate_run")}
    answer = context.invoke("billing:live", bill, name="bill_run")
    return {"answer": answer}
""",
        ),
    )
