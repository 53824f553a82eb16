"""Events for other services."""

import json

import boto3

_bus = boto3.client("events")


def publish(kind: str, detail: dict) -> None:
    _bus.put_events(Entries=[{"Source": "loans", "DetailType": kind, "Detail": json.dumps(detail)}])
