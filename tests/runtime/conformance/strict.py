"""What a history has to be beyond what a requirement lists of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

Event = dict[str, Any]

ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionStopped"})

# These list one event on purpose, because the order of the others is not determined.
PARTIAL = frozenset({"8-11", "9-11"})


def deviations(identifier: str, expected: list[Event], history: dict[str, Any], execution: dict[str, Any]) -> list[str]:
    """Every way in which an answer is not what the service would give, in words."""
    events = history["Events"]
    found = [*shape_errors("GetDurableExecutionHistory", history), *shape_errors("GetDurableExecution", execution)]
    found += order_errors(events)
    if identifier not in PARTIAL:
        found += extent_errors(expected, events, execution["Status"])
    return found


@functools.cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("lambda")


def shape_errors(operation: str, answer: dict[str, Any]) -> Iterator[str]:
    """What botocore's model says against an answer: unknown, missing and mistyped members."""
    shape = service_model().operation_model(operation).output_shape
    report = ParamValidator().validate(answer, shape)
    if report.has_errors():
        yield f"{operation}: {report.generate_report()}"
    if operation == "GetDurableExecutionHistory":
        members = shape.members["Events"].member.members
        for event in answer["Events"]:
            details = f"{event['EventType']}Details"
            if details not in event:
                yield f"event {event['EventId']}: no {details}"
            for name in event.keys() - members.keys():
                yield f"event {event['EventId']}: {name} is no member of an event"
            for name in event.get(details, {}).keys() - members[details].members.keys():
                yield f"event {event['EventId']}: {name} is no member of {details}"


def order_errors(events: list[Event]) -> Iterator[str]:
    """Events count from one, begin with the execution, never go back in time, and follow their operation's start."""
    if [event["EventId"] for event in events] != list(range(1, len(events) + 1)):
        yield f"event ids {[event['EventId'] for event in events]}"
    if not events or events[0]["EventType"] != "ExecutionStarted":
        yield "the first event is not ExecutionStarted"
    times = [event["EventTimestamp"] for event in events]
    if times != sorted(times):
        yield "the timestamps go back"
    started: set[str] = set()
    for event in events[1:]:
        identifier = event.get("Id")
        if event["EventType"].endswith("Started"):
            started.add(str(identifier))
        elif identifier is not None and not event["EventType"].startswith("Execution") and identifier not in started:
            yield f"event {event['EventId']} ends operation {identifier} that never started"


def extent_errors(expected: list[Event], events: list[Event], status: str) -> Iterator[str]:
    """Nothing but what is listed, the begin, the ends of invocations and the end of the execution."""
    listed = {event["EventId"] for event in expected}
    for event in events:
        kind = event["EventType"]
        if event["EventId"] not in listed and kind not in ENDS | {"ExecutionStarted", "InvocationCompleted"}:
            yield f"event {event['EventId']} {kind} is not expected"
    if status == "RUNNING":
        return
    if [event["EventType"] in ENDS for event in events] != [False] * (len(events) - 1) + [True]:
        yield "the end of the execution is not the last event"
    elif events[-2]["EventType"] != "InvocationCompleted":
        yield "the execution ends without the end of an invocation"
    if len(events) != max(listed) + (expected[-1]["EventType"] not in ENDS):
        yield f"{len(events)} events, where {max(listed)} are expected before the end"
