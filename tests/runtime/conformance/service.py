"""An engine as the AWS clients through which the conformance package starts, watches and judges an execution."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

# The conformance package resolves log groups by stack; there is only one.
STACK = "local"


class Engine(Protocol):
    """What a driver has to offer for one execution of one handler."""

    def start(self, payload: str) -> str: ...
    def finish(self, arn: str) -> None: ...
    def sleep(self, seconds: float) -> None: ...
    def time(self) -> float: ...
    def history(self, arn: str) -> dict[str, Any]: ...
    def execution(self, arn: str) -> dict[str, Any]: ...
    def succeed(self, callback_id: str, result: bytes | None) -> None: ...
    def fail(self, callback_id: str, error: dict[str, Any]) -> None: ...
    def heartbeat(self, callback_id: str) -> None: ...
    def close(self) -> None: ...


class LambdaClient:
    """The part of boto3's Lambda client that the package uses after it has started an execution."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get_durable_execution_history(self, *, DurableExecutionArn: str, **_: Any) -> dict[str, Any]:
        return self._engine.history(DurableExecutionArn)

    def get_durable_execution(self, *, DurableExecutionArn: str) -> dict[str, Any]:
        return self._engine.execution(DurableExecutionArn)

    def send_durable_execution_callback_success(
        self,
        *,
        CallbackId: str,
        Result: bytes | None = None,
    ) -> dict[str, Any]:
        self._engine.succeed(CallbackId, Result)
        return {}

    def send_durable_execution_callback_failure(
        self,
        *,
        CallbackId: str,
        Error: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        self._engine.fail(CallbackId, Error or {})
        return {}

    def send_durable_execution_callback_heartbeat(self, *, CallbackId: str) -> dict[str, Any]:
        self._engine.heartbeat(CallbackId)
        return {}


class CloudFormationClient:
    """Knows the one function of the stack."""

    def describe_stack_resource(self, *, LogicalResourceId: str, **_: Any) -> dict[str, Any]:
        return {"StackResourceDetail": {"PhysicalResourceId": LogicalResourceId}}


class Invoker:
    """Starts executions, with the event that the package left in a file."""

    stack_name = STACK

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.arn: str | None = None

    def invoke(self, function_name: str, event_file_path: str) -> SimpleNamespace:
        started = self.invoke_async(function_name, event_file_path)
        self._engine.finish(str(self.arn))
        return started

    def invoke_async(self, function_name: str, event_file_path: str) -> SimpleNamespace:
        event = json.loads(Path(event_file_path).read_text(encoding="utf-8"))
        self.arn = self._engine.start(json.dumps(event["Input"]))
        return SimpleNamespace(output=json.dumps({"DurableExecutionArn": self.arn}))


class EngineTime:
    """Stands in for the ``time`` of the package's validator: its pauses pass as the engine of the thread wants."""

    def __init__(self) -> None:
        self._local = threading.local()

    def follow(self, engine: Engine) -> None:
        """Take the time from this engine in this thread."""
        self._local.engine = engine

    def sleep(self, seconds: float) -> None:
        self._local.engine.sleep(seconds)

    def time(self) -> float:
        return self._local.engine.time()  # type: ignore[no-any-return]


class NoTime:
    """Stands in for the ``time`` of the package's search for log lines: they are there at once."""

    def __init__(self) -> None:
        self._slept = 0.0

    def sleep(self, seconds: float) -> None:
        self._slept += seconds

    def time(self) -> float:
        return self._slept

    def monotonic(self) -> float:
        return self._slept
