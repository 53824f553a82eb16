"""An execution's history as a person reads it, for the report of a failed test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

Event = Mapping[str, Any]

_LONGEST = 72
"""Characters of a payload that are shown."""

_MOST_EVENTS = 100
"""Events that are shown; of a longer history the beginning and the end."""

_KINDS = {
    "Context": "child context",
    "ChainedInvoke": "invoke",
    "WaitForCallback": "wait for callback",
    "WaitForCondition": "wait for condition",
    "MapIteration": "item",
    "ParallelBranch": "branch",
    "RunInChildContext": "child context",
}

_OF_EVENTS = ("Execution", "Invocation", "Context", "Wait", "Step", "ChainedInvoke", "Callback")

_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def timeline(events: Sequence[Event]) -> str:
    """Tell a history, one line an event: when, what, and what came of it.

    Operations are indented below their context.
    """
    if not events:
        return "(nothing has happened yet)"
    start: datetime = events[0]["EventTimestamp"]
    depths: dict[str, int] = {}
    invocations = 0
    unfinished = _unfinished_steps(events)
    lines: list[tuple[str, str]] = []
    for event in events:
        if event["EventType"] == "InvocationCompleted":
            invocations += 1
        if event["EventType"] == "StepStarted" and event["EventId"] not in unfinished:
            continue  # how the attempt ended says it all
        depth = depths.get(event.get("ParentId", ""), -1) + 1
        if "Id" in event:
            depths[event["Id"]] = depth
        moment = duration((event["EventTimestamp"] - start).total_seconds())
        lines.append((moment, "  " * depth + _said(event, invocations)))
    width = max(len(moment) for moment, _ in lines)
    return "\n".join(f"{moment:>{width}}  {said}" for moment, said in _shortened(lines))


def duration(seconds: float) -> str:
    """Seconds in the units that suit them: `2 d 3 h`, `1 min 5 s`, `0.015 s`."""
    parts = []
    for unit, size in _UNITS:
        if seconds >= size:
            parts.append(f"{int(seconds // size)} {unit}")
            seconds %= size
    if seconds or not parts:
        parts.append(f"{seconds:.3f}".rstrip("0").rstrip(".") + " s")
    return " ".join(parts)


def _shortened(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(lines) <= _MOST_EVENTS:
        return lines
    left_out = len(lines) - _MOST_EVENTS
    half = _MOST_EVENTS // 2
    return [*lines[:half], ("…", f"({left_out} more events)"), *lines[-half:]]


def _unfinished_steps(events: Sequence[Event]) -> set[int]:
    """The starts of attempts that have not ended."""
    started: dict[str, int] = {}
    for event in events:
        if event["EventType"] == "StepStarted":
            started[event["Id"]] = event["EventId"]
        elif event["EventType"].startswith("Step"):
            started.pop(event["Id"], None)
    return set(started.values())


def _said(event: Event, invocations: int) -> str:
    event_type: str = event["EventType"]
    details: Mapping[str, Any] = event.get(f"{event_type}Details") or {}
    kind = next(kind for kind in _OF_EVENTS if event_type.startswith(kind))
    happened = event_type.removeprefix(kind)
    if kind == "Invocation":
        return _invocation(details, invocations)
    verb = "timed out" if happened == "TimedOut" else happened.lower()
    return f"{_title(event, kind)} {verb}{_details(kind, happened, details)}"


def _title(event: Event, kind: str) -> str:
    if kind == "Execution":
        return "execution"
    what = kind_of(event.get("SubType"), kind)
    name = event.get("Name")
    return f"{what} {name!r}" if name else f"{what} {event.get('Id', '')[:8]}"


def kind_of(sub_type: str | None, kind: str) -> str:
    """What a kind of operation is called: by its subtype, or by its type where the subtype is the user's own."""
    return _KINDS.get(sub_type or kind) or _KINDS.get(kind) or (sub_type or kind).lower()


def _details(kind: str, happened: str, details: Mapping[str, Any]) -> str:
    match kind, happened:
        case "Wait", "Started":
            return f": {duration(details.get('Duration', 0))}"
        case "ChainedInvoke", "Started":
            return f": {details.get('FunctionName')}({_payload(details.get('Input'))})"
        case "Callback", "Started":
            limits = [("timeout", details.get("Timeout")), ("heartbeat timeout", details.get("HeartbeatTimeout"))]
            said = ", ".join(f"{name} {duration(seconds)}" for name, seconds in limits if seconds)
            return f": {said or 'no timeout'}"
        case _, "Started":
            return f": {_payload(details['Input'])}" if "Input" in details else ""
        case _:
            return _outcome(details)


def _outcome(details: Mapping[str, Any]) -> str:
    retry = details.get("RetryDetails") or {}
    attempt = retry.get("CurrentAttempt", 0)
    said = f", attempt {attempt}" if attempt > 1 or retry.get("NextAttemptDelaySeconds") else ""
    if "Error" in details:
        said += f": {_error(details['Error'])}"
    elif "Result" in details:
        said += f": {_payload(details['Result'])}"
    if delay := retry.get("NextAttemptDelaySeconds"):
        said += f"; again in {duration(delay)}"
    return said


def _invocation(details: Mapping[str, Any], number: int) -> str:
    took = duration((details["EndTimestamp"] - details["StartTimestamp"]).total_seconds())
    error = details.get("Error")
    return f"-- end of invocation {number}, {took}" + (f", with an error: {_error(error)}" if error else "")


def _payload(data: Mapping[str, Any] | None) -> str:
    text = (data or {}).get("Payload")
    return "" if text is None else _cut(str(text))


def _error(data: Mapping[str, Any]) -> str:
    error = data.get("Payload") or {}
    kind = str(error.get("ErrorType") or "error").rpartition(".")[2]
    return f"{kind}: {_cut(str(error.get('ErrorMessage') or ''))}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


Teller = Callable[[], str]

_listeners: list[list[tuple[str, Teller]]] = []


@contextmanager
def collected() -> Iterator[list[tuple[str, Teller]]]:
    """Collect the executions that test runners start meanwhile: title, and what tells the timeline when asked."""
    told: list[tuple[str, Teller]] = []
    _listeners.append(told)
    try:
        yield told
    finally:
        _listeners.remove(told)


def announce(title: str, teller: Teller) -> None:
    """Tell those who collect that an execution has been started."""
    for listener in _listeners:
        listener.append((title, teller))
