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

_Chance = tuple[int, Moment]
"""To kill before or after the acknowledgement of this number."""

_MOMENTS: tuple[Moment, ...] = ("before", "after")

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
    chances: list[_Chance] = [(number, moment) for number in range(checkpoints) for moment in _MOMENTS]
    moments = set(generator.sample(chances, min(most, len(chances))))
    course = _CrashCourse(task, processes, lambda life: _world(seed, life), moments)
    with closing(course.engine):
        view = course.run()
        lives = [life.notes for life in course.lives]
    return CrashRun(view, lives, course.ended, course.attempts, course.killed)


def _world(seed: int, life: int) -> World:
    return replace(other_world(seed, 1000 + life), ahead=life * _LATER)


class _CrashCourse(Course):
    def __init__(self, task: Task, processes: Processes, world: Callable[[int], World], chances: set[_Chance]) -> None:
        self.ended: dict[str, int] = {}
        self.attempts: dict[str, int] = {}
        self.killed = 0
        self._chances = chances
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

    def kills(self, moment: Moment, number: int, life: Life, updates: Sequence[Mapping[str, Any]]) -> bool:
        """Whether to kill the process that has asked for the checkpoint of this number, at this moment.

        Not while a step that runs at most once is under way: it would count as interrupted.
        """
        if (number, moment) not in self._chances:
            return False
        self._chances.discard((number, moment))
        once = {call.id for call in life.notes.calls.values() if call.once}
        operations = self.engine.get(self.arn).operations
        return not (
            any(update["Id"] in once for update in updates)
            or any(operation["Status"] == "STARTED" and operation["Id"] in once for operation in operations)
        )

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
        number = self._course.checkpoints
        if self._course.kills("before", number, self._life, updates):
            return self._kill()
        answer = self._service.checkpoint(arn, token, updates, client_token)
        self._course.took_from(self._life, updates)
        if "CheckpointToken" in answer and self._course.kills("after", number, self._life, updates):
            self.token = answer["CheckpointToken"]
            return self._kill()
        return answer

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]:
        return self._service.state(arn, token, marker, max_items)

    def _kill(self) -> dict[str, Any]:
        self.has_killed = True
        self._course.killed += 1
        self._life.process.kill(self._life.request_id)
        return {"NewExecutionState": {"Operations": []}}
