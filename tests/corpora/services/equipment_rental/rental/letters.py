"""Letters to customers."""

from __future__ import annotations

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step
from aws_durable_execution_sdk_python.types import Callback

mailer = boto3.client("ses")


@durable_step
def mail(step_context: StepContext, customer: str, link: str) -> None:
    """Send one letter."""
    mailer.send_raw_email(Destinations=[customer], RawMessage={"Data": link.encode()})


def send_question(context: DurableContext, customer: str, what: str, question: Callback) -> None:
    """A letter with a link that answers the question."""
    link = f"https://example.org/{what}?answer={question.callback_id}"
    context.step(mail(customer, link), name=f"mail_{what}")
