"""Executions as text for a database's columns."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from durable_runtime.service.ledger import Execution, Invocation, Parent, Pause, Start
from durable_runtime.service.store.protocol import Checkpoint
from durable_runtime.service.wire import epoch_milliseconds, from_epoch_milliseconds

_MOMENTS: Final = frozenset({"started_at", "ended_at", "next_due", "retry_at", "requested_at", "paused_at"})
_PARTS: Final[dict[str, type[Any]]] = {"invocation": Invocation, "pause": Pause, "parent": Parent}
_STATE: Final = [(field.name, field.default) for field in fields(Execution) if field.name != "start"]


def state_text(execution: Execution) -> str:
    """All of the header that may change."""
    state = {name: value for name, default in _STATE if (value := getattr(execution, name)) != default}
    return json.dumps(state, default=_plain, separators=(",", ":"))


def execution_of(start: Start, state: str) -> Execution:
    """The header that `state_text` wrote."""
    return Execution(start, **json.loads(state, object_hook=_restore))


def start_text(start: Start) -> str:
    """All of the start but the input, which has a place of its own."""
    kept = {field.name: getattr(start, field.name) for field in fields(Start) if field.name != "input"}
    return json.dumps(kept, default=_plain, separators=(",", ":"))


def start_of(text: str, input: str | None) -> Start:
    """The start that `start_text` wrote."""
    return Start(input=input, **json.loads(text, object_hook=_restore))


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """A checkpoint as text."""
    return json.dumps(_plain(checkpoint), separators=(",", ":"))


def checkpoint_of(text: str) -> Checkpoint:
    """The checkpoint that `checkpoint_text` wrote."""
    return Checkpoint(**json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return epoch_milliseconds(value)
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _restore(value: dict[str, Any]) -> dict[str, Any]:
    for name, item in value.items():
        if item is not None and name in _MOMENTS:
            value[name] = from_epoch_milliseconds(item)
        elif item is not None and name in _PARTS:
            value[name] = _PARTS[name](**item)
    return value
