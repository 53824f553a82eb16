"""One case of the runtime's benchmark in a process of its own.

``python runtime_cases.py SIDE CASE`` prints one line of JSON.  ``SIDE`` is ``aws`` (AWS's SDK and its local runner) or
``ours``.  Both sides run the same programs: the import names are all that differs.  A case that measures the SDK alone
gives it a client that keeps operations in a dict and answers at once; a case that measures the engine goes through the
runner of that side.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

PACKAGES = {
    "aws": ("aws_durable_execution_sdk_python", "aws_durable_execution_sdk_python_testing"),
    "ours": ("durable_runtime", "durable_runtime.testing"),
}
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:benchmark:1/durable-execution/run/0d4a3c52"
DETAILS = {"STEP": "StepDetails", "CONTEXT": "ContextDetails"}


class MemoryLambda:
    """What the SDK needs of a Lambda client: checkpoints are taken into a dict, in no time."""

    def __init__(self) -> None:
        self.operations: dict[str, dict[str, Any]] = {}
        self.meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_args, **_kwargs: None))

    def checkpoint_durable_execution(self, *, Updates: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
        changed = {update["Id"]: self._apply(update) for update in Updates}
        return {"CheckpointToken": "token", "NewExecutionState": {"Operations": list(changed.values())}}

    def get_durable_execution_state(self, **_: Any) -> dict[str, Any]:
        return {"Operations": []}

    def _apply(self, update: dict[str, Any]) -> dict[str, Any]:
        ended = update["Action"] == "SUCCEED"
        operation = self.operations.setdefault(
            update["Id"],
            {name: update[name] for name in ("Id", "Type", "Name", "SubType", "ParentId") if name in update}
            | {"StartTimestamp": datetime.now(UTC)},
        )
        operation["Status"] = "SUCCEEDED" if ended else "STARTED"
        details: dict[str, Any] = {"Attempt": 1} if update["Type"] == "STEP" else {}
        if ended:
            operation["EndTimestamp"] = datetime.now(UTC)
            details["Result"] = update.get("Payload")
        operation[DETAILS[update["Type"]]] = details
        return dict(operation)


def _milliseconds(value: Any) -> Any:
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else value


class Side:
    """One implementation: its SDK and its runner, under their own import names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.package, self.testing = PACKAGES[name]

    def sdk(self, module: str = "") -> Any:
        return importlib.import_module(f"{self.package}.{module}" if module else self.package)

    def decorated(self, handler: Callable[..., Any], client: MemoryLambda) -> Callable[..., Any]:
        return self.sdk().durable_execution(handler, boto3_client=client)  # type: ignore[no-any-return]

    def run_once(self, handler: Callable[..., Any], client: MemoryLambda | None = None) -> float:
        """Seconds of one invocation that finds what ``client`` has recorded."""
        client = client or MemoryLambda()
        execution = {
            "Id": ARN.rsplit("/", 1)[1],
            "Type": "EXECUTION",
            "Status": "STARTED",
            "StartTimestamp": datetime.now(UTC) - timedelta(minutes=1),
            "ExecutionDetails": {"InputPayload": "{}"},
        }
        recorded = [
            {key: _milliseconds(value) for key, value in operation.items()}
            for operation in (execution, *client.operations.values())
        ]
        event = {
            "DurableExecutionArn": ARN,
            "CheckpointToken": "token",
            "InitialExecutionState": {"Operations": recorded, "NextMarker": ""},
        }
        invoke = self.decorated(handler, client)
        begun = time.perf_counter()
        output = invoke(event, SimpleNamespace(aws_request_id="request", tenant_id=None))
        seconds = time.perf_counter() - begun
        if output["Status"] != "SUCCEEDED":
            raise RuntimeError(f"the benchmark's program ended with {output}")
        return seconds

    @contextmanager
    def runner(self, handler: Callable[..., Any], store: str) -> Iterator[Any]:
        """A runner of this side over a memory or SQLite store."""
        decorated = self.sdk().durable_execution(handler)
        runner_class = importlib.import_module(f"{self.testing}.runner").DurableFunctionTestRunner
        with (
            # AWS's runner may still write to its file when it has been closed.
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            runner_class(decorated, store=self._store(store, Path(folder) / "store.db")) as runner,
        ):
            yield runner

    def _store(self, kind: str, path: Path) -> Any:
        if kind == "memory":
            return None
        if self.name == "aws":
            stores = importlib.import_module(f"{self.testing}.stores.sqlite")
            return stores.SQLiteExecutionStore.create_and_initialize(path)
        return importlib.import_module(f"{self.package}.service.store.sqlite").SqliteStore(path)

    def run_whole(self, handler: Callable[..., Any], store: str = "memory") -> float:
        """Seconds of one whole execution in the runner of this side."""
        with self.runner(handler, store) as runner:
            begun = time.perf_counter()
            result = runner.run(input="{}", execution_timeout=100_000)
            seconds = time.perf_counter() - begun
        if result.status.value != "SUCCEEDED":
            raise RuntimeError(f"the benchmark's program ended with {result.status}: {result.error}")
        return seconds


def _steps(count: int) -> Callable[..., Any]:
    def handler(event: Any, context: Any) -> int:
        for number in range(count):
            context.step(lambda _, number=number: number, name=f"step_{number}")
        return count

    return handler


def _import(side: Side) -> dict[str, float]:
    known = len(sys.modules)
    begun = time.perf_counter()
    side.sdk()
    return {"seconds": time.perf_counter() - begun, "modules": len(sys.modules) - known}


def _empty(side: Side) -> dict[str, float]:
    times = sorted(side.run_once(lambda event, context: None) for _ in range(9))
    return {"seconds": times[4]}


def _sdk_steps(side: Side) -> dict[str, float]:
    return {"seconds": side.run_once(_steps(1000))}


def _memory_steps(side: Side) -> dict[str, float]:
    return {"seconds": side.run_whole(_steps(1000))}


def _sqlite_steps(side: Side) -> dict[str, float]:
    return {"seconds": side.run_whole(_steps(1000), "sqlite")}


def _replay(side: Side) -> dict[str, float]:
    client = MemoryLambda()
    side.run_once(_steps(1000), client)
    times = sorted(side.run_once(_steps(1000), client) for _ in range(5))
    return {"seconds": times[2]}


def _children(side: Side) -> dict[str, float]:
    def handler(event: Any, context: Any) -> None:
        for number in range(1000):
            context.run_in_child_context(lambda child: child.step(lambda _: 1, name="inner"), name=f"child_{number}")

    return {"seconds": side.run_once(handler)}


def _map(side: Side) -> dict[str, float]:
    peak = 0

    def body(context: Any, item: int, index: int, items: list[int]) -> int:
        nonlocal peak
        peak = max(peak, threading.active_count())
        return context.step(lambda _: item, name="double")  # type: ignore[no-any-return]

    def handler(event: Any, context: Any) -> int:
        return context.map(list(range(1000)), body, name="items").success_count  # type: ignore[no-any-return]

    return {"seconds": side.run_once(handler), "threads": peak}


def _waits(side: Side) -> dict[str, float]:
    def handler(event: Any, context: Any) -> None:
        for number in range(20):
            context.wait(side.sdk("config").Duration.from_minutes(1), name=f"pause_{number}")

    return {"seconds": side.run_whole(handler)}


def _growth(side: Side) -> dict[str, float]:
    one, three = side.run_whole(_steps(1000)), side.run_whole(_steps(2900))
    return {"seconds": three, "growth": three / one / 2.9}


CASES: dict[str, Callable[[Side], dict[str, float]]] = {
    "import": _import,
    "empty": _empty,
    "sdk-steps": _sdk_steps,
    "memory-steps": _memory_steps,
    "sqlite-steps": _sqlite_steps,
    "replay": _replay,
    "children": _children,
    "map": _map,
    "waits": _waits,
    "growth": _growth,
}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    _side, _case = sys.argv[1:]
    print(json.dumps(CASES[_case](Side(_side))))
