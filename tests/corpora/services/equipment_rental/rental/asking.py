# expect-info
"""Questions to customers, each a callback."""

from __future__ import annotations

import reminders
from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.types import Callback

from . import letters, limits


def open_question(context: DurableContext, customer: str, what: str) -> Callback:
    """Ask a customer something."""
    question = context.create_callback(name=f"{what}_callback", config=limits.QUESTION)
    letters.send_question(context, customer, what, question)
    return question


def answer_of(question: Callback) -> str:
    """What the customer said."""
    return question.result()


def remember(question: Callback) -> None:
    """Keep a question for the reminders."""
    reminders.keep(question)
