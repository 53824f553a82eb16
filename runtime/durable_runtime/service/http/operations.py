"""The operations of Lambda's durable API, one row each: which method of the engine answers, and with which arguments.

Paths, places and status codes are those of botocore's model of Lambda (2015-03-31).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from durable_runtime.service.engine import Engine
from durable_runtime.service.http.answers import answer
from durable_runtime.service.http.messages import Response
from durable_runtime.service.http.parameters import (
    Parameter,
    array,
    blob,
    boolean,
    execution_arn,
    moment,
    number,
    statuses,
    structure,
    text,
)
from durable_runtime.service.limits import SYNCHRONOUS_PAYLOAD

LARGEST_BODY: Final = SYNCHRONOUS_PAYLOAD
_LARGEST_CHECKPOINT: Final = 4 * SYNCHRONOUS_PAYLOAD
"""A result of 6 MiB grows by the escapes of JSON, which writes a letter of two bytes in six."""

_PART: Final = re.compile(r"\{(\w+)\}")
_PARTS: Final = {
    # Clients send all three percent-encoded; whoever types a command does not.
    "DurableExecutionArn": r"[^/]+|arn:[^/]+/durable-execution/[^/]+/[^/]+",
    "CallbackId": r".+",
    "FunctionName": r"[^/]+",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API."""

    name: str
    method: str
    path: str
    """With `{Parameter}` for its variable parts."""
    call: Callable[..., Any]
    """The engine's method."""
    parameters: Sequence[Parameter]
    status: int = 200
    member: str | None = None
    """The member of the answer that the method's result is; by default the result is the answer."""
    largest_body: int = LARGEST_BODY

    def answer(self, engine: Engine, arguments: dict[str, Any]) -> Response:
        """Have the engine answer."""
        result = self.call(engine, **arguments)
        if self.member is not None:
            result = {self.member: result}
        return answer(result if result is not None else {}, self.status)


def pattern(path: str) -> re.Pattern[str]:
    """Recognizes the paths of an operation."""
    return re.compile(_PART.sub(lambda match: f"(?P<{match[1]}>{_PARTS[match[1]]})", path))


def _checkpoint(
    engine: Engine, *, arn: str, token: str, updates: Sequence[Mapping[str, Any]] = (), client_token: str | None = None
) -> dict[str, Any]:
    """A checkpoint without updates, which the API permits, asks what is new."""
    return engine.checkpoint(arn, token, updates, client_token)


def _list(engine: Engine, *, function: str, **filters: Any) -> dict[str, Any]:
    """Executions of a function; of one that is not there, the API tells so."""
    found = engine.list(function, **filters)
    if not found["DurableExecutions"]:
        engine.resolve(function)
    return found


_ARN: Final = Parameter("DurableExecutionArn", "arn", "path", execution_arn, required=True)
_CALLBACK: Final = Parameter("CallbackId", "callback_id", "path", text, required=True)
_FUNCTION: Final = Parameter("FunctionName", "function", "path", text, required=True)
_INCLUDE_DATA: Final = Parameter("IncludeExecutionData", "include_data", "query", boolean)
_PAGE: Final = (Parameter("MaxItems", "max_items", "query", number), Parameter("Marker", "marker", "query", text))
_REVERSE: Final = Parameter("ReverseOrder", "reverse", "query", boolean)
_REASON: Final = (
    Parameter("Reason", "reason", "member", text),
    Parameter("ClientToken", "client_token", "member", text),
)
_ERROR: Final = Parameter("Error", "error", "body", structure)

_EXECUTION: Final = "/2025-12-01/durable-executions/{DurableExecutionArn}"
_CALLBACKS: Final = "/2025-12-01/durable-execution-callbacks/{CallbackId}"

OPERATIONS: Final = (
    Operation(
        "CheckpointDurableExecution",
        "POST",
        f"{_EXECUTION}/checkpoint",
        _checkpoint,
        (
            _ARN,
            Parameter("CheckpointToken", "token", "member", text, required=True),
            Parameter("Updates", "updates", "member", array),
            Parameter("ClientToken", "client_token", "member", text),
        ),
        largest_body=_LARGEST_CHECKPOINT,
    ),
    Operation(
        "GetDurableExecutionState",
        "GET",
        f"{_EXECUTION}/state",
        Engine.state,
        (_ARN, Parameter("CheckpointToken", "token", "query", text, required=True), *_PAGE),
    ),
    Operation("GetDurableExecution", "GET", _EXECUTION, Engine.describe, (_ARN, _INCLUDE_DATA)),
    Operation(
        "GetDurableExecutionHistory",
        "GET",
        f"{_EXECUTION}/history",
        Engine.history,
        (_ARN, _INCLUDE_DATA, *_PAGE, _REVERSE),
    ),
    Operation(
        "ListDurableExecutionsByFunction",
        "GET",
        "/2025-12-01/functions/{FunctionName}/durable-executions",
        _list,
        (
            _FUNCTION,
            Parameter("Qualifier", "qualifier", "query", text),
            Parameter("DurableExecutionName", "name", "query", text),
            Parameter("Statuses", "statuses", "query", statuses),
            Parameter("StartedAfter", "started_after", "query", moment),
            Parameter("StartedBefore", "started_before", "query", moment),
            *_PAGE,
            _REVERSE,
        ),
    ),
    Operation(
        "StopDurableExecution", "POST", f"{_EXECUTION}/stop", Engine.stop, (_ARN, _ERROR), member="StopTimestamp"
    ),
    Operation(
        "PauseDurableExecution",
        "POST",
        f"{_EXECUTION}/pause",
        Engine.pause,
        (_ARN, *_REASON, Parameter("ExecutionTimeoutPaused", "timeout_paused", "member", boolean)),
        status=202,
    ),
    Operation("ResumeDurableExecution", "POST", f"{_EXECUTION}/resume", Engine.resume, (_ARN, *_REASON), status=202),
    Operation(
        "DeleteDurableExecution",
        "DELETE",
        _EXECUTION,
        Engine.delete,
        (_ARN,),
        status=202,
        member="DeletionRequestTimestamp",
    ),
    Operation(
        "SendDurableExecutionCallbackSuccess",
        "POST",
        f"{_CALLBACKS}/succeed",
        Engine.callback_succeed,
        (_CALLBACK, Parameter("Result", "result", "body", blob)),
    ),
    Operation(
        "SendDurableExecutionCallbackFailure",
        "POST",
        f"{_CALLBACKS}/fail",
        Engine.callback_fail,
        (_CALLBACK, _ERROR),
    ),
    Operation(
        "SendDurableExecutionCallbackHeartbeat",
        "POST",
        f"{_CALLBACKS}/heartbeat",
        Engine.callback_heartbeat,
        (_CALLBACK,),
    ),
)
