"""What runs handlers: the engine hands out invocations, a host runs each and reports how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from durable_runtime.service.functions import Function, Handler
from durable_runtime.service.hosts.lambda_context import LambdaContext

MARSHAL_ERROR = "Runtime.MarshalError"
"""The type of the error that a return value is which is not JSON."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a handler, as Lambda would make it.

    `event` is the wire's durable invocation event (timestamps as datetimes) for a durable function, and the decoded
    payload for a plain one. `timeout` is in seconds.
    """

    request_id: str
    function: Function
    event: Any
    function_arn: str
    timeout: float
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """The handler returned; `payload` is its value as JSON text."""

    payload: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """The invocation ended without a return value: the handler raised, or its process died."""

    error: Mapping[str, Any]
    """An ErrorObject as on the wire."""
    final: bool = False
    """Whether invoking it again would be of no use: there is no handler to invoke."""


Outcome = Returned | Crashed


class Service(Protocol):
    """The part of the durable API that handlers use while they run, in wire dictionaries with datetimes.

    Both raise the API's errors (`durable_runtime.service.errors`).
    """

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]: ...

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]: ...


class Host(Protocol):
    """Runs invocations. All methods may be called from any thread."""

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        """Start an invocation and return at once; `done` is called exactly once, from any thread."""
        ...

    def abandon(self, request_id: str) -> None:
        """The engine gave up on an invocation (it ran out of time): end it if that is possible.

        `done` may still be called; the engine ignores it.
        """
        ...

    def close(self) -> None:
        """Release threads and processes; nothing is invoked any more, and what runs may be reported as crashed."""
        ...


def run(handler: Handler, event: Any, invocation: Invocation) -> Outcome:
    """Call a handler as Lambda's runtime does, in the current thread."""
    try:
        value = handler(event, LambdaContext.of(invocation))
    except BaseException as error:  # sys.exit() ends the sandbox on Lambda; it must not end the engine
        return crash_of(error)
    try:
        return Returned(json.dumps(value))
    except (TypeError, ValueError) as error:
        return crash(MARSHAL_ERROR, f"Unable to marshal response: {error}")


def crash(error_type: str, message: str, *, final: bool = False) -> Crashed:
    """A crash with an error of this type and message."""
    return Crashed({"ErrorMessage": message, "ErrorType": error_type}, final)


def crash_of(error: BaseException) -> Crashed:
    """The crash that an exception which left the handler amounts to."""
    if isinstance(error, SystemExit):
        status = 0 if error.code is None else error.code
        return crash("Runtime.ExitError", f"Runtime exited with error: exit status {status}")
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return crash(name, str(error))
