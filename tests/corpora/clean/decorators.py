"""Decorator stacks, handlers made by calls and by factories."""

import functools
import logging

import boto3
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

log = logging.getLogger(__name__)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        log.debug("calling %s", function.__name__)
        return function(*args, **kwargs)

    return wrapper


def retries(times: int):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for _ in range(times - 1):
                try:
                    return function(*args, **kwargs)
                except ConnectionError:
                    continue
            return function(*args, **kwargs)

        return wrapper

    return decorate


def identity(function):
    return function


@durable_step
@retries(3)
@logged
def fetch(step_context: StepContext, key: str) -> str:
    return boto3.client("ssm").get_parameter(Name=key)["Parameter"]["Value"]


@logged
@durable_step
def fetch_logged(step_context: StepContext, key: str) -> str:
    return key


@identity
@durable_execution
@identity
def stacked(event: dict, context: DurableContext) -> dict:
    return {"value": context.step(fetch(event["key"]), name="fetch_key")}


@durable_execution()
def with_parentheses(event: dict, context: DurableContext) -> dict:
    return {"value": context.step(fetch(event["key"]))}


@durable_execution(boto3_client=boto3.client("lambda"))
def with_client(event: dict, context: DurableContext) -> dict:
    return {"value": context.step(fetch(event["key"]))}


def orders(event: dict, context: DurableContext) -> dict:
    return {"value": context.step(fetch(event["key"]))}


orders_handler = durable_execution(orders)
orders_with_plugins = durable_execution(orders, plugins=[])


def make_handler(key: str):
    @durable_execution
    def handler(event: dict, context: DurableContext) -> dict:
        return {"value": context.step(fetch(key)), "id": event["id"]}

    return handler


left_handler = make_handler("left")
right_handler = make_handler("right")
handlers = {name: make_handler(name) for name in ("north", "south")}


class Functions:
    """Handlers as static methods, steps as methods."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.s3 = boto3.client("s3")

    def size(self, step_context: StepContext) -> int:
        return len(self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", []))

    @staticmethod
    @durable_execution
    def handler(event: dict, context: DurableContext) -> dict:
        functions = Functions(event["bucket"])
        return {"size": context.step(functions.size, name="count_objects")}
