"""The timers of an execution's operations. They follow from the operations, so none is ever stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heappop, heappush
from typing import Literal, NamedTuple

from durable_runtime.service.wire import Operation

Kind = Literal["wait", "retry", "timeout", "heartbeat"]


class Timer(NamedTuple):
    """Something that happens to an operation at a time, unless the operation changes before."""

    due: datetime
    order: int
    """Timers due at the same time fire in the order in which they were set."""
    kind: Kind
    operation_id: str


class Timers:
    """Timers in the order in which they fire. Setting one costs its logarithm, withdrawing one nothing."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._heap: list[Timer] = []
        self._order = 0
        for operation in operations:
            self.set(operation)

    def set(self, operation: Operation, before: Operation | None = None) -> None:
        """Set the timers that the operation's state asks for and its state before did not."""
        for timer in timers_of(operation):
            if before is None or timer not in timers_of(before):
                due, kind = timer
                heappush(self._heap, Timer(due, self._order, kind, operation["Id"]))
                self._order += 1

    def first(self, present: Callable[[str], Operation]) -> Timer | None:
        """The timer that fires next, given the present state of each operation."""
        while self._heap:
            timer = self._heap[0]
            if (timer.due, timer.kind) in timers_of(present(timer.operation_id)):
                return timer
            heappop(self._heap)
        return None


def timers_of(operation: Operation) -> tuple[tuple[datetime, Kind], ...]:
    """When what happens to the operation by itself."""
    status = operation["Status"]
    if status == "PENDING":
        return ((operation["StepDetails"]["NextAttemptTimestamp"], "retry"),)
    if status != "STARTED":
        return ()
    if operation["Type"] == "WAIT":
        return ((operation["WaitDetails"]["ScheduledEndTimestamp"], "wait"),)
    if operation["Type"] == "CALLBACK":
        kept = operation["_"]
        timers: list[tuple[datetime, Kind]] = []
        if "TimeoutTimestamp" in kept:
            timers.append((kept["TimeoutTimestamp"], "timeout"))
        if "HeartbeatTimestamp" in kept:
            timers.append((kept["HeartbeatTimestamp"], "heartbeat"))
        return tuple(timers)
    return ()
