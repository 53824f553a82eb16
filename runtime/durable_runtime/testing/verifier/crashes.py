"""A whole execution in which the process is killed again and again, before or after an acknowledgement."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Literal

from durable_runtime.service.hosts.protocol import Invocation, Outcome, Service
from durable_runtime.service.views import ExecutionView
from durable_runtime.testing.verifier.baseline import Course, Life, Task
from durable_runtime.testing.verifier.notes import Notes
from durable_runtime.testing.verifier.processes import Processes
from durable_runtime.testing.verifier.world import World, other_world

Moment = Literal["before", "after"]

_LATER = 7 * 3600.0
"""Seconds by which the clock of each process is ahead of the one before."""


@dataclass(frozen=True, slots=True)
class CrashRun:
    """What came of it: what each life told, and the life in which each operation came to its recorded end."""

    view: ExecutionView
    lives: Sequence[Notes]
    ended: Mapping[str, int]
    attempts: Mapping[str, int]
    """How often an operation was to be tried again."""
    kills: int


def run_with_crashes(task: Task, processes: Processes, seed: int, checkpoints: int, most: int) -> CrashRun:
    """Run the execution once more, and kill the process at some of its checkpoints.

    Args:
        checkpoints: how many there are, about.
        most: how often to kill.
    """
    generator = random.Random(f"crashes {seed}")
    kills = min(most, 2 * checkpoints)
    numbers = generator.sample(range(checkpoints + kills), kills)
    moments: dict[int, Moment] = {number: generator.choice(("before", "after")) for number in numbers}
    course = _CrashCourse(task, processes, lambda life: _world(seed, life), moments)
    with closing(course.engine):
        view = course.run()
        lives = [life.notes for life in course.lives]
    return CrashRun(view, lives, course.ended, course.attempts, course.kills)


def _world(seed: int, life: int) -> World:
    return replace(other_world(seed, 1000 + life), ahead=life * _LATER)


class _CrashCourse(Course):
    def __init__(
        self, task: Task, processes: Processes, world: Callable[[int], World], moments: Mapping[int, Moment]
    ) -> None:
        self.ended: dict[str, int] = {}
        self.attempts: dict[str, int] = {}
        self.kills = 0
        self._moments = moments
        self._requests = 0
        super().__init__(task, processes, world)

    def invoke(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        if self.verifies(invocation):
            self._live(invocation, service, done)
        else:
            super().invoke(invocation, service, done)

    def _live(self, invocation: Invocation, service: Service, done: Callable[[Outcome], None]) -> None:
        life = self.begin(invocation)
        killing = _KillingService(service, life, self)

        def ended(outcome: Outcome) -> None:
            life.process.close()
            if killing.has_killed:
                self._live(self._renewed(invocation, service, killing.token), service, done)
            else:
                done(outcome)

        life.process.invoke(invocation, killing, ended)

    def _renewed(self, invocation: Invocation, service: Service, token: str) -> Invocation:
        """The same invocation once more, with the state as it is now."""
        page = service.state(self.arn, token, None, None)
        event = {
            "DurableExecutionArn": self.arn,
            "CheckpointToken": token,
            "InitialExecutionState": {"Operations": page["Operations"], "NextMarker": page.get("NextMarker", "")},
            "UpdatedOperationIds": [],
        }
        return replace(invocation, event=event)

    def due(self, life: Life, updates: Sequence[Mapping[str, Any]]) -> Moment | None:
        """Whether to kill the process that has asked for a checkpoint, and when.

        Not while a step that runs at most once is under way: it would count as interrupted.
        """
        moment = self._moments.get(self._requests)
        self._requests += 1
        if moment is None:
            return None
        once = {call.id for call in life.notes.calls.values() if call.once}
        if any(update["Id"] in once for update in updates):
            return None
        operations = self.engine.get(self.arn).operations
        if any(operation["Status"] == "STARTED" and operation["Id"] in once for operation in operations):
            return None
        return moment

    def took_from(self, life: Life, updates: Sequence[Mapping[str, Any]]) -> None:
        """Take note of what was recorded in a life."""
        self.took(updates)
        for update in updates:
            if update["Action"] in ("SUCCEED", "FAIL"):
                self.ended.setdefault(update["Id"], self.lives.index(life))
            if update["Action"] == "RETRY":
                self.attempts[update["Id"]] = self.attempts.get(update["Id"], 0) + 1


class _KillingService:
    """Serves the process of a life until it is time to kill it."""

    def __init__(self, service: Service, life: Life, course: _CrashCourse) -> None:
        self.has_killed = False
        self.token = ""
        self._service = service
        self._life = life
        self._course = course

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        self.token = token
        moment = self._course.due(self._life, updates)
        if moment == "before":
            return self._kill()
        answer = self._service.checkpoint(arn, token, updates, client_token)
        self._course.took_from(self._life, updates)
        if moment == "after" and "CheckpointToken" in answer:
            self.token = answer["CheckpointToken"]
            return self._kill()
        return answer

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]:
        return self._service.state(arn, token, marker, max_items)

    def _kill(self) -> dict[str, Any]:
        self.has_killed = True
        self._course.kills += 1
        self._life.process.kill(self._life.request_id)
        return {"NewExecutionState": {"Operations": []}}
