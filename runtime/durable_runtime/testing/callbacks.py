"""Finds the callback that a test may complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from durable_runtime.testing.watch import Watched

_ENDS = ("CallbackSucceeded", "CallbackFailed", "CallbackTimedOut")


def waiting_callback(events: Sequence[Mapping[str, Any]], name: str | None = None) -> str | None:
    """The id of an open callback in a history: the first one of that name, or else the one created last.

    The callback of `wait_for_callback` goes by that operation's name, and by the longer one that it is recorded with.
    A callback counts once the invocation that created it is over: before that its id may still be on its way.
    """
    over = {event["Id"] for event in events if event["EventType"] in _ENDS}
    settled = max((event["EventId"] for event in events if event["EventType"] == "InvocationCompleted"), default=0)
    waiting = [
        event["CallbackStartedDetails"]["CallbackId"]
        for event in events
        if event["EventType"] == "CallbackStarted"
        and event["Id"] not in over
        and event["EventId"] < settled
        and (name is None or event.get("Name") in (name, f"{name} create callback id"))
    ]
    if not waiting:
        return None
    return str(waiting[0] if name is not None else waiting[-1])


def callback_or_end(name: str | None, watched: Watched) -> tuple[str | None, str] | None:
    """The id of an execution's open callback, or that it is over without one, and its status; None as long as neither.

    While the handler runs, nothing is certain yet.
    """
    header = watched.header
    if header.invocation is None and (callback_id := waiting_callback(watched.events, name)) is not None:
        return callback_id, header.status
    return (None, header.status) if header.ended else None
