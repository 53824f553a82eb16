"""Clients that are made when they are first needed: building one sends nothing."""

import functools

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

_client = None
_clients: dict = {}


def get_client():
    global _client
    if _client is None:
        _client = boto3.client("sqs")
    return _client


def client_for(region: str):
    if region not in _clients:
        _clients[region] = boto3.client("sqs", region_name=region)
    return _clients[region]


@functools.cache
def get_table(name: str):
    return boto3.resource("dynamodb").Table(name)


class Gateway:
    """A singleton in a class attribute."""

    _instance: "Gateway | None" = None

    def __init__(self) -> None:
        self._sns = boto3.client("sns")

    @classmethod
    def get(cls) -> "Gateway":
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    @functools.cached_property
    def session(self):
        return boto3.Session()

    def publish(self, text: str) -> None:
        self._sns.publish(TopicArn="topic", Message=text)


@durable_step
def send(step_context: StepContext, text: str) -> None:
    get_client().send_message(QueueUrl="queue", MessageBody=text)
    client_for("eu-west-1").send_message(QueueUrl="queue", MessageBody=text)
    get_table("texts").put_item(Item={"text": text})


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    gateway = Gateway.get()
    client = get_client()
    region = client_for(event["region"])
    context.step(send(event["text"]))
    context.step(lambda _: gateway.publish(event["text"]), name="publish_text")
    context.step(lambda _: client.send_message(QueueUrl="q", MessageBody="m"), name="send_again")
    context.step(lambda _: region.send_message(QueueUrl="q", MessageBody="m"), name="send_to_region")
    local = boto3.client("s3")
    context.step(lambda _: local.list_buckets()["Buckets"][0]["Name"], name="first_bucket")
    return {"sent": True}
