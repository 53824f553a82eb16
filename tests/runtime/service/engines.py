"""Engines for tests, and a host that does what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from durable_runtime.service.clock import Clock, VirtualClock
from durable_runtime.service.engine import Engine
from durable_runtime.service.functions import Functions
from durable_runtime.service.hosts.in_process import InProcessHost
from durable_runtime.service.hosts.protocol import Host, Invocation, Outcome, Returned, Service
from durable_runtime.service.store.memory import MemoryStore
from durable_runtime.service.store.protocol import Store

HANDLERS = Path(__file__).with_name("handlers.py")
PATIENCE = 20.0
"""Real seconds after which a test fails instead of hanging."""


@contextmanager
def engine(
    *functions: Any,
    store: Store | None = None,
    clock: Clock | None = None,
    host: Host | None = None,
    plain: tuple[Any, ...] = (),
    **options: Any,
) -> Iterator[Engine]:
    """An engine with these handlers as functions of their own names; a name stands for one in handlers.py."""
    registered = Functions()
    for handler in (*functions, *plain):
        name = handler if isinstance(handler, str) else handler.__name__
        target = f"{HANDLERS}::{handler}" if isinstance(handler, str) else handler
        registered.register(name, target, durable=handler not in plain)
    made = Engine(store or MemoryStore(), clock or VirtualClock(), registered, host or InProcessHost(), **options)
    try:
        yield made
    finally:
        made.close()


class ManualHost:
    """Hands each invocation to the test, which plays the handler."""

    def __init__(self) -> None:
        self.invocations: list[ManualInvocation] = []
        self.abandoned: list[str] = []

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        self.invocations.append(ManualInvocation(invocation, service, done))

    def abandon(self, request_id: str) -> None:
        self.abandoned.append(request_id)

    def close(self) -> None:
        pass


class ManualInvocation:
    """An invocation that a test carries out."""

    def __init__(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        self.request_id = invocation.request_id
        self.event = invocation.event
        self.arn: str = invocation.event["DurableExecutionArn"]
        self.token: str | None = invocation.event["CheckpointToken"]
        self._service = service
        self._done = done

    def checkpoint(self, *updates: dict[str, Any]) -> dict[str, Any]:
        """Checkpoint with the latest token."""
        assert self.token is not None
        answer = self._service.checkpoint(self.arn, self.token, updates)
        self.token = answer.get("CheckpointToken")
        return answer

    def end(self, payload: str = '{"Status": "PENDING"}') -> None:
        """Return."""
        self._done(Returned(payload))


def step(id: str, action: str, **fields: Any) -> dict[str, Any]:
    """An update of a step."""
    return {"Id": id, "Type": "STEP", "SubType": "Step", "Name": id, "Action": action, **fields}


def wait(id: str, seconds: int) -> dict[str, Any]:
    """The start of a wait."""
    return {"Id": id, "Type": "WAIT", "SubType": "Wait", "Action": "START", "WaitOptions": {"WaitSeconds": seconds}}


def started(engine: Engine, host: ManualHost, function: str, **options: Any) -> ManualInvocation:
    """Start an execution, and drive until its handler is invoked."""
    arn = engine.start(function, **options)
    before = len(host.invocations)
    engine.wait_for(arn, lambda view: len(host.invocations) > before, timeout=PATIENCE)
    return host.invocations[-1]


def event_types(engine: Engine, arn: str) -> list[str]:
    """The types of an execution's events."""
    return [event["EventType"] for event in engine.history(arn, max_items=1000)["Events"]]
