"""A ledger to play with: time in seconds since the start, and every event it wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from durable_runtime.service.ledger import Changes, Ledger, Start, Target
from durable_runtime.service.wire import Event, Operation, OperationUpdate

START = datetime(2026, 1, 1, tzinfo=UTC)
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders:$LATEST/durable-execution/order-7/first"
TARGETS = {
    "billing": Target("billing", "7", durable=True),
    "echo": Target("echo", "$LATEST", durable=False),
}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def numbered(prefix: str) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


def reopened(ledger: Ledger) -> Ledger:
    """The ledger as another process would open it."""
    return Ledger(ledger.execution, ledger.operations.values(), new_id=numbered("later"), resolve=TARGETS.get)


def update(name: str, kind: str, action: str, **fields: Any) -> OperationUpdate:
    made: Any = {"Id": name, "Type": kind, "Action": action, **fields}
    return made


def step(name: str, action: str = "START", **fields: Any) -> OperationUpdate:
    return update(name, "STEP", action, **fields)


def retry(name: str, delay: int = 5, **fields: Any) -> OperationUpdate:
    return step(name, "RETRY", StepOptions={"NextAttemptDelaySeconds": delay}, **fields)


def context(name: str, action: str = "START", **fields: Any) -> OperationUpdate:
    return update(name, "CONTEXT", action, **fields)


def wait(name: str, seconds: int, **fields: Any) -> OperationUpdate:
    return update(name, "WAIT", "START", WaitOptions={"WaitSeconds": seconds}, **fields)


def callback(name: str, timeout: int = 0, heartbeat: int = 0, **fields: Any) -> OperationUpdate:
    options = {"TimeoutSeconds": timeout, "HeartbeatTimeoutSeconds": heartbeat}
    return update(name, "CALLBACK", "START", CallbackOptions=options, **fields)


def invoke(name: str, function: str = "billing", **fields: Any) -> OperationUpdate:
    options = {"FunctionName": function}
    return update(name, "CHAINED_INVOKE", "START", **{"ChainedInvokeOptions": options, **fields})


class Play:
    """One execution, its clock, and its history."""

    def __init__(self, *, invoked: bool = True, **start: Any) -> None:
        self.now = START
        self.events: list[Event] = []
        self.seen: list[Operation] = []
        """Operations of the last checkpoint's response."""
        self.ledger, changes = Ledger.begin(
            Start(ARN, START, **{"input": '{"order": 7}', **start}), new_id=numbered("new"), resolve=TARGETS.get
        )
        self.note(changes)
        if invoked:
            self.invoke()

    def note(self, changes: Changes | None) -> list[str]:
        """Keep the events; the names of the new ones."""
        if changes is None:
            return []
        assert changes.execution is self.ledger.execution
        self.events += changes.events
        return [event["EventType"] for event in changes.events]

    def to(self, seconds: float) -> list[str]:
        """Let the time come, and what is due by then happen."""
        self.now = at(seconds)
        return self.note(self.ledger.due(self.now))

    def invoke(self) -> None:
        self.note(self.ledger.invocation_started(self.now, "request"))

    def checkpoint(self, *updates: OperationUpdate) -> list[str]:
        names = self.note(self.ledger.checkpoint(updates, self.now))
        self.seen = self.ledger.take_unseen()
        return names

    def returns(self, status: str = "PENDING", **fields: Any) -> list[str]:
        output: Any = {"Status": status, **fields}
        return self.note(self.ledger.invocation_completed(self.now, output))

    def details(self, number: int = -1) -> dict[str, Any]:
        """Details of an event, by default the last one."""
        event: Any = self.events[number]
        details: dict[str, Any] = event[f"{event['EventType']}Details"]
        return details

    def status(self, name: str) -> str:
        return self.ledger.operations[name]["Status"]

    def step_details(self, name: str) -> dict[str, Any]:
        return dict(self.ledger.operations[name]["StepDetails"])
