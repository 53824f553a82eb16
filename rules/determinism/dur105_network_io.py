"""DUR105: requests sent from replayed code."""

from __future__ import annotations

from durable_lint.model.effects import Access, Effect, Kind
from durable_lint.rule import Example, OutsideEffectRule, again


class NetworkIo(OutsideEffectRule):
    """A request sent from replayed code is sent again on every replay.

    The function runs from the top each time it resumes after a wait, a callback, a retry or a crash: the payment is
    taken twice, the mail goes out five times, and an answer that has changed in the meantime takes the replay down
    another branch. The request often hides in a helper, in another module, behind a client that was built at import.

    Send it from a step: its result is recorded, and no replay sends it again. Building a client is not a request and
    may stay where it is. A request that changes something (or may) is an error, one that only reads a warning.
    """

    code = "DUR105"
    name = "network-io"
    kinds = (Kind.NETWORK,)
    remedy = "send it from a step"
    examples = (
        Example(
            bad="""
import requests

from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    rates = requests.get("https://rates.example.org/today", timeout=5).json()  # <- DUR105[W]
    requests.post("https://pay.example.org/charges", json=event["payment"], timeout=5)  # <- DUR105[E]
    context.wait(Duration.from_hours(1), name="clearing_wait")
    return {"rate": rates["EUR"]}
""",
            good="""
import requests

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def read_rates(step_context: StepContext) -> dict:
    return requests.get("https://rates.example.org/today", timeout=5).json()


@durable_step
def charge(step_context: StepContext, payment: dict) -> dict:
    return requests.post("https://pay.example.org/charges", json=payment, timeout=5).json()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    rates = context.step(read_rates())
    context.step(charge(event["payment"]))
    context.wait(Duration.from_hours(1), name="clearing_wait")
    return {"rate": rates["EUR"]}
""",
            fixed="""
import requests

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def fetch_rates(step_context: StepContext):
    return requests.get("https://rates.example.org/today", timeout=5).json()


@durable_step
def post_request(step_context: StepContext, event: dict) -> None:
    requests.post("https://pay.example.org/charges", json=event["payment"], timeout=5)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    rates = context.step(fetch_rates())
    context.step(post_request(event))
    context.wait(Duration.from_hours(1), name="clearing_wait")
    return {"rate": rates["EUR"]}
""",
        ),
        Example(
            title="a table two modules away",
            files={
                "audit.py": """
import store


def record(order_id: str, state: str) -> None:
    store.put({"order_id": order_id, "state": state})
""",
                "store.py": """
import time

import boto3

_table = boto3.resource("dynamodb").Table("audit")


def put(item: dict) -> None:
    _table.put_item(Item={**item, "written_at": int(time.time())})
""",
            },
            bad="""
import audit
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_hours(1), name="clearing_wait")
    audit.record(event["order_id"], "charged")  # <- DUR105[E]
    return {"order_id": event["order_id"]}
""",
            good="""
import audit
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def record(step_context: StepContext, order_id: str, state: str) -> None:
    audit.record(order_id, state)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_hours(1), name="clearing_wait")
    context.step(record(event["order_id"], "charged"))
    return {"order_id": event["order_id"]}
""",
            fixed="""
import audit
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def record_audit(step_context: StepContext, event: dict) -> None:
    audit.record(event["order_id"], "charged")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.wait(Duration.from_hours(1), name="clearing_wait")
    context.step(record_audit(event))
    return {"order_id": event["order_id"]}
""",
        ),
        Example(
            title="a method of an object that holds the client",
            files={
                "notifications.py": """
import boto3


class Notifier:
    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._sns = boto3.client("sns")

    def _publish(self, text: str) -> None:
        self._sns.publish(TopicArn=self._topic, Message=text)

    def tell_all(self, people: list[str]) -> None:
        for person in people:
            self._publish(f"dear {person}")
""",
            },
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from notifications import Notifier


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    notifier = Notifier("arn:aws:sns:eu-west-1:123456789012:news")
    context.wait(Duration.from_hours(1), name="embargo_wait")
    notifier.tell_all(event["people"])  # <- DUR105[E]
    return {"told": len(event["people"])}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration
from notifications import Notifier


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    notifier = Notifier("arn:aws:sns:eu-west-1:123456789012:news")
    context.wait(Duration.from_hours(1), name="embargo_wait")
    context.step(lambda _: notifier.tell_all(event["people"]), name="tell_all")
    return {"told": len(event["people"])}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration
from notifications import Notifier


@durable_step
def tell_all(step_context: StepContext, notifier, event: dict) -> None:
    notifier.tell_all(event["people"])


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    notifier = Notifier("arn:aws:sns:eu-west-1:123456789012:news")
    context.wait(Duration.from_hours(1), name="embargo_wait")
    context.step(tell_all(notifier, event))
    return {"told": len(event["people"])}
""",
        ),
        Example(
            title="a branch without an operation of its own is recorded as a whole, but may run twice",
            bad="""
import boto3

from aws_durable_execution_sdk_python import DurableContext, durable_execution

queue = boto3.client("sqs")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(
        event["orders"],
        lambda ctx, order, index, orders: queue.send_message(QueueUrl="q", MessageBody=order),  # <- DUR105[W]
        name="send_orders",
    )
    batch.throw_if_error()
    return {"sent": batch.success_count}
""",
            good="""
import boto3

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

queue = boto3.client("sqs")


@durable_step
def send(step_context: StepContext, order: str) -> str:
    return queue.send_message(QueueUrl="q", MessageBody=order)["MessageId"]


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(
        event["orders"],
        lambda ctx, order, index, orders: ctx.step(send(order), name=f"send_{index}"),
        name="send_orders",
    )
    batch.throw_if_error()
    return {"sent": batch.success_count}
""",
            fixed="""
import boto3

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

queue = boto3.client("sqs")


@durable_step
def send_message(step_context: StepContext, order):
    return queue.send_message(QueueUrl="q", MessageBody=order)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    batch = context.map(
        event["orders"],
        lambda ctx, order, index, orders: ctx.step(send_message(order)),
        name="send_orders",
    )
    batch.throw_if_error()
    return {"sent": batch.success_count}
""",
        ),
    )

    def message(self, effect: Effect) -> str:
        """What the world sees."""
        verb = "is asked again" if effect.access is Access.READ else "is sent again"
        return f"{effect.shown} {verb} {again(effect)}"
