"""Probes: the handler is invoked in another world, with a state that the execution was in before."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from durable_runtime.service.hosts.protocol import Crashed, Invocation
from durable_runtime.service.ledger import Ledger
from durable_runtime.service.wire import ErrorObject
from durable_runtime.testing.verifier.baseline import Baseline, Ending, State, Task, ending_of
from durable_runtime.testing.verifier.notes import Notes
from durable_runtime.testing.verifier.processes import Processes, output_of
from durable_runtime.testing.verifier.world import World, other_world

_AT_ONCE = 2
"""Processes that run at the same time."""
_LEAST = 12
"""Probes that are made however few states there are: a branch that chance decides may come out the same once."""
_SHARING = 3
"""Probes that a process serves, as a sandbox of Lambda serves invocation after invocation."""

HUNG = "Sandbox.Timedout"
"""The error of an invocation that took too long, as Lambda calls it."""

_LOST: ErrorObject = {"ErrorType": "Runtime.ExitError", "ErrorMessage": "The process is gone"}


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of an invocation with a given state.

    `position` counts the invocations that its process had served before. `ending` is how the execution ended, if it
    did; `crash` the error that ended the invocation, if it was one.
    """

    state: State
    world: World
    position: int
    notes: Notes
    endings: Mapping[str, Ending]
    ending: Ending | None
    crash: str | None
    is_cut: bool
    """Whether it was suspended by force."""


def planned(baseline: Baseline, seed: int, most: int) -> list[tuple[World, list[int]]]:
    """The processes to start, with the states that each is to be invoked with: all states, or an even sample."""
    states = _sample(baseline.states(), seed, most)
    rounds = -(-min(_LEAST, most) // max(1, len(states)))
    wanted = (states * rounds)[: max(most, len(states))]
    generator = random.Random(f"order {seed}")
    generator.shuffle(wanted)
    groups = [wanted[start : start + _SHARING] for start in range(0, len(wanted), _SHARING)]
    return [(other_world(seed, number), group) for number, group in enumerate(groups)]


def _sample(states: list[int], seed: int, most: int) -> list[int]:
    if len(states) <= most:
        return states
    generator = random.Random(f"states {seed}")
    edges = [round(number * len(states) / most) for number in range(most + 1)]
    return [generator.choice(states[start:end]) for start, end in pairwise(edges)]


class Prober:
    """Makes probes."""

    def __init__(self, task: Task, baseline: Baseline, processes: Processes) -> None:
        self._task = task
        self._baseline = baseline
        self._processes = processes
        self._hangs = False

    def all(self, plan: Sequence[tuple[World, list[int]]], *, ticks: bool = True) -> list[list[Probe]]:
        """Make the probes of some processes, a few processes at a time."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda each: self.one_process(*each, ticks=ticks), plan))

    def one_process(self, world: World, states: Sequence[int], *, ticks: bool = True) -> list[Probe]:
        """Make probes one after the other in a process of their own.

        There are fewer of them if the process died, and none once an invocation has hung: others would hang as well.
        """
        if self._hangs:
            return []
        first = self._baseline.state(states[0])
        with closing(self._processes.start(world, first.moment, ticks=ticks)) as process:
            probes = []
            for position, number in enumerate(states):
                state = self._baseline.state(number)
                service = _CuttingService(state)
                invocation = service.invocation(self._task, world.request_id(position))
                outcome = process.probe(invocation, service, state.moment)
                notes = process.notes(invocation.request_id)
                crash = str(outcome.error.get("ErrorType")) if isinstance(outcome, Crashed) else None
                ending = None if service.is_cut else service.execution_ending or _ending(output_of(outcome))
                probes.append(Probe(state, world, position, notes, service.endings, ending, crash, service.is_cut))
                self._hangs = self._hangs or crash == HUNG
                if crash in ("Runtime.ExitError", HUNG):
                    break  # there is no process left
            return probes


def _ending(output: Mapping[str, Any] | None) -> Ending | None:
    if output is None or output.get("Status") not in ("SUCCEEDED", "FAILED"):
        return None
    error = output.get("Error")
    shown = (error.get("ErrorType", ""), error.get("ErrorMessage", "")) if error is not None else None
    return Ending(output["Status"], output.get("Result"), shown)


class _CuttingService:
    """Serves one invocation from a state of its own, and suspends it by force as soon as it waits for an answer.

    Starts that nobody waits for are recorded as usual. What comes next is taken note of and answered without a token,
    which is how the service tells an invocation to end.
    """

    def __init__(self, state: State) -> None:
        self.endings: dict[str, Ending] = {}
        self.execution_ending: Ending | None = None
        self.is_cut = False
        self._state = state
        self._ledger = Ledger(
            state.header, state.operations.values(), new_id=lambda: str(uuid.uuid4()), resolve=lambda name: None
        )

    def invocation(self, task: Task, request_id: str) -> Invocation:
        """The invocation to make."""
        ledger, moment = self._ledger, self._state.moment
        if ledger.execution.invocation is not None:
            ledger.invocation_failed(moment, _LOST)
        ledger.invocation_started(moment, request_id)
        page = ledger.state_page()
        start = ledger.execution.start
        event = {
            "DurableExecutionArn": start.arn,
            "CheckpointToken": ledger.checkpoint_token,
            "InitialExecutionState": {"Operations": page.operations, "NextMarker": page.next_marker or ""},
            "UpdatedOperationIds": ledger.updated_since_last_invocation(),
        }
        return Invocation(request_id, task.function, event, start.parts.function_arn, task.timeout, start.tenant_id)

    def checkpoint(
        self, arn: str, token: str, updates: Sequence[Mapping[str, Any]], client_token: str | None = None
    ) -> dict[str, Any]:
        if not self.is_cut and updates and all(_is_unawaited(update) for update in updates):
            self._ledger.check_token(token)
            self._ledger.checkpoint(updates, self._state.moment)  # type: ignore[arg-type]
            answer = {"Operations": self._ledger.take_unseen()}
            return {"CheckpointToken": self._ledger.checkpoint_token, "NewExecutionState": answer}
        for update in updates:
            if (ending := ending_of(update)) is not None:
                if update["Type"] == "EXECUTION":
                    self.execution_ending = ending
                else:
                    self.endings[update["Id"]] = ending
        self.is_cut = self.is_cut or self.execution_ending is None
        return {"NewExecutionState": {"Operations": []}}

    def state(self, arn: str, token: str, marker: str | None, max_items: int | None) -> dict[str, Any]:
        page = self._ledger.state_page(marker, max_items)
        return {"Operations": page.operations} | ({"NextMarker": page.next_marker} if page.next_marker else {})


def _is_unawaited(update: Mapping[str, Any]) -> bool:
    return update["Action"] == "START" and update["Type"] in ("STEP", "CONTEXT")


def is_interrupted(state: State, once: set[str]) -> bool:
    """Whether a step that runs at most once was under way: it then counts as interrupted, and things may go on anew."""
    return any(operation["Status"] == "STARTED" for name, operation in state.operations.items() if name in once)
