"""Tells people that their report is ready."""

import json

import boto3


class Delivery:
    """Publishes to a topic; the topic is looked up when it is first needed."""

    _sns = boto3.resource("sns")

    def __init__(self, topic: str) -> None:
        self._name = topic

    @property
    def topic(self):
        return self._sns.Topic(f"arn:aws:sns:eu-west-1:000000000000:{self._name}")

    def announce(self, query: str, files: list[str]) -> None:
        self.topic.publish(Message=json.dumps({"query": query, "files": files}))
