"""What of an execution has to be the same wherever it runs."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.runtime.conformance.strict import PARTIAL

# These name or time one run of an execution.
OF_THE_RUN = frozenset(
    {
        "CallbackId",
        "DurableExecutionArn",
        "DurableExecutionName",
        "EndTimestamp",
        "EventTimestamp",
        "ExecutionArn",
        "FunctionArn",
        "RequestId",
        "ScheduledEndTimestamp",
        "StartTimestamp",
        "durableExecutionArn",
        "executionArn",
    }
)

# So does the id of a request, in messages about a process that died.
REQUEST = re.compile(r"RequestId: [0-9a-f-]{36}")

# Nor is the id of the execution one of an operation.
OF_THE_EXECUTION = {f"Execution{what}": {"Id"} for what in ("Started", "Succeeded", "Failed", "TimedOut", "Stopped")}

# The delays of the default retry strategy are drawn by lot.
DRAWN = {"1-13": "NextAttemptDelaySeconds"}


def comparable(identifier: str, result: dict[str, Any]) -> dict[str, Any]:
    """The result of a requirement without what names or times this run of it."""
    dropped = OF_THE_RUN | {DRAWN.get(identifier, "")}
    history = [without(event, dropped | OF_THE_EXECUTION.get(event["EventType"], set())) for event in result["history"]]
    if identifier in PARTIAL:
        history = in_any_order([without(event, {"EventId"}) for event in history])
    execution = without(result["execution"], dropped)
    return {
        "history": history,
        "execution": {name: execution.get(name) for name in ("Status", "Result", "Error")},
        # Hooks of plugins may run side by side.
        "log": in_any_order([without(record, dropped) for record in result["log"]]),
    }


def without(value: Any, names: frozenset[str] | set[str]) -> Any:
    if isinstance(value, dict):
        return {key: without(content, names) for key, content in value.items() if key not in names}
    if isinstance(value, list):
        return [without(content, names) for content in value]
    return REQUEST.sub("RequestId: …", value) if isinstance(value, str) else value


def in_any_order(values: list[Any]) -> list[Any]:
    return sorted(values, key=json.dumps)
