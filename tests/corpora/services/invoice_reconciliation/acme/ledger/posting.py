"""Postings; everything public is meant to be imported with a star."""

import boto3
from acme.ledger.entries import insert, read_entries
from aws_durable_execution_sdk_python import StepContext, durable_step

__all__ = ["post_difference", "post_match", "read_entries", "rebuild_index", "remind", "send_statement"]

_topic = boto3.resource("sns").Topic("arn:aws:sns:eu-west-1:000000000000:statements")


def post_difference(period: str, count: int) -> None:
    insert("difference", period, count)


@durable_step
def post_match(step_context: StepContext, match: dict) -> None:
    insert("match", match["invoice"], 1)


@durable_step
def rebuild_index(step_context: StepContext, shard: int) -> None:
    insert("index", str(shard), 1)


@durable_step
def remind(step_context: StepContext, debtor: str) -> None:
    _topic.publish(Message=f"reminder for {debtor}")


@durable_step
def send_statement(step_context: StepContext, debtor: str, period: str) -> None:
    _topic.publish(Message=f"statement of {period} for {debtor}")
