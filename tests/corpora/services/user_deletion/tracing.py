"""A decorator that records each call for the privacy office."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import boto3

P = ParamSpec("P")
R = TypeVar("R")
_stream = boto3.client("firehose")


def traced(label: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            _stream.put_record(DeliveryStreamName="privacy", Record={"Data": label.encode()})
            return function(*args, **kwargs)

        return wrapper

    return decorate
