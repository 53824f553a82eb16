"""Verifies that a handler does the same whenever, wherever and however often it is replayed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from durable_runtime.testing.verifier.baseline import Baseline, Task, run_baseline
from durable_runtime.testing.verifier.causes import Origin, cause_of
from durable_runtime.testing.verifier.comparison import (
    Difference,
    call_differences,
    difference_of,
    effects_again,
)
from durable_runtime.testing.verifier.crashes import CrashRun, run_with_crashes
from durable_runtime.testing.verifier.notes import Call, Effect, Notes, Place
from durable_runtime.testing.verifier.probes import Probe, Prober, planned
from durable_runtime.testing.verifier.processes import Processes
from durable_runtime.testing.verifier.verdict import Finding, Verdict
from durable_runtime.testing.verifier.wording import (
    CRASHED,
    UNEXPLAINED,
    failure_after_crashes,
    finding_of,
    misdeed,
    repeated_effect,
)
from durable_runtime.testing.verifier.world import Setting, first_world

_EXPLAINED = 5
"""Differences whose cause is looked for; further ones tend to follow from the same."""
_KILLS = 12


def verified(task: Task, *, package: str, aliased: bool, seed: int, most_replays: int) -> Verdict:
    """Verify a handler; see `verify`."""
    with tempfile.TemporaryDirectory(prefix="durable-verify-") as folder:
        processes = Processes(Setting(Path(folder), package, aliased, task.timeout))
        return _Verification(task, processes, seed, most_replays).verdict()


class _Verification:
    def __init__(self, task: Task, processes: Processes, seed: int, most_replays: int) -> None:
        self._task = task
        self._processes = processes
        self._seed = seed
        self._most = most_replays
        self._findings: dict[tuple[object, ...], Finding] = {}
        self._differences: dict[tuple[object, ...], tuple[Difference, Origin | None]] = {}

    def verdict(self) -> Verdict:
        """Run, replay, kill, compare."""
        baseline = run_baseline(self._task, self._processes, self._seed)
        self._look_at_lives(baseline)
        prober = Prober(self._task, baseline, self._processes)
        plan = planned(baseline, self._seed, self._most)
        probes = [probe for process in prober.all(plan) for probe in process]
        self._look_at_probes(probes, baseline)
        crash_run = None
        if baseline.checkpoints and not self._differences:
            crash_run = self._crashed(baseline, self._seed, min(_KILLS, self._most))
            self._look_at_crashes(crash_run, baseline)
        findings = [*self._explained(prober, baseline), *self._findings.values()]
        if not findings:
            findings = list(_refusals(baseline, crash_run))
        return Verdict(
            findings=findings,
            status=baseline.view.status,
            operations=len(baseline.view.stored_operations) - 1,
            states=len(baseline.states()),
            probed=len({probe.state.number for probe in probes}),
            replays=len(probes),
            kills=crash_run.kills if crash_run is not None else 0,
            seed=self._seed,
            notes=list(_remarks(baseline)),
        )

    def _crashed(self, baseline: Baseline, seed: int, most: int) -> CrashRun:
        return run_with_crashes(self._task, self._processes, seed, baseline.checkpoints, most)

    # What is looked at

    def _look_at_lives(self, baseline: Baseline) -> None:
        recorded: dict[str, Call] = {}
        for number, (life, began) in enumerate(zip(baseline.lives, baseline.began, strict=True)):
            found = _first_change(life, recorded, baseline)
            if found is not None:
                self._differ(found, Origin(first_world(self._seed, number), began))
            recorded |= {name: call for name, call in life.calls.items() if name not in recorded}
            self._note_misdeeds(life)
        for effect in _made_again(baseline.lives):
            self._again(effect)

    def _look_at_probes(self, probes: Sequence[Probe], baseline: Baseline) -> None:
        made = {
            (effect.name, effect.place): effect
            for life in baseline.lives
            for effect in life.effects
            if effect.operation is None
        }
        for probe in sorted(probes, key=lambda each: (each.position > 0, each.state.number)):
            difference = difference_of(probe, baseline)
            if difference is not None:
                self._differ(difference, Origin(probe.world, probe.state.number, probe.position))
            for effect in effects_again(probe, made):
                self._again(effect)
            self._note_misdeeds(probe.notes)

    def _look_at_crashes(self, run: CrashRun, baseline: Baseline) -> None:
        recorded: dict[str, Call] = {}
        for number, life in enumerate(run.lives):
            found = _first_change(life, recorded, baseline)
            if found is not None:
                self._differ(found, None)
            recorded |= {name: call for name, call in life.calls.items() if name not in recorded}
            self._note_misdeeds(life)
            for effect in life.effects:
                if effect.operation is not None and run.ended.get(effect.operation, number) < number:
                    self._again(effect)
        for effect in (*_made_again(run.lives), *_made_too_often(run, recorded)):
            self._again(effect)
        if run.view.status == "FAILED" and baseline.view.status == "SUCCEEDED" and not self._findings:
            self._look_at_failure(run, baseline)

    def _look_at_failure(self, run: CrashRun, baseline: Baseline) -> None:
        """See whether it is the crashes that an execution failed of, or chance."""
        other = self._crashed(baseline, self._seed + 1, min(_KILLS, self._most))
        undisturbed = self._crashed(baseline, self._seed + 2, 0)
        error = run.view.error or {}
        again = (other.view.error or {}).get("ErrorType") == error.get("ErrorType") and other.view.status == "FAILED"
        if again and undisturbed.view.status == "SUCCEEDED":
            place = next((life.place for life in baseline.lives), None)
            self._findings["failure", run.view.status] = failure_after_crashes(place, error)

    def _differ(self, difference: Difference, origin: Origin | None) -> None:
        self._differences.setdefault(difference.key, (difference, origin))

    def _again(self, effect: Effect) -> None:
        key = ("effect", effect.name, effect.place)
        if effect.unwinds or key not in self._findings:
            self._findings[key] = repeated_effect(effect)

    def _note_misdeeds(self, notes: Notes) -> None:
        for deed in notes.misdeeds:
            self._findings.setdefault((deed.kind, deed.what, deed.place), misdeed(deed))

    # What is made of it

    def _explained(self, prober: Prober, baseline: Baseline) -> Iterator[Finding]:
        for number, (difference, origin) in enumerate(self._differences.values()):
            if origin is None:
                cause = CRASHED
            elif number < _EXPLAINED:
                cause = cause_of(difference, origin, prober, baseline)
            else:
                cause = UNEXPLAINED
            yield finding_of(difference, cause)


def _first_change(life: Notes, recorded: Mapping[str, Call], baseline: Baseline) -> Difference | None:
    """The first operation in a life that was another one in an earlier life of the same execution."""
    differences = call_differences(life, recorded, {}, baseline)
    return next((each for each in differences if each.kind != "new"), None)


def _made_again(lives: Sequence[Notes]) -> Iterator[Effect]:
    """Effects that code between operations had in several lives."""
    made: dict[tuple[str, Place | None], tuple[int, Effect]] = {}
    for number, life in enumerate(lives):
        for effect in life.effects:
            if effect.operation is not None:
                continue
            first, earlier = made.setdefault((effect.name, effect.place), (number, effect))
            if first != number:
                yield earlier if earlier.unwinds else effect


def _made_too_often(run: CrashRun, calls: Mapping[str, Call]) -> Iterator[Effect]:
    """Effects of steps that run at most once an attempt, had more often."""
    count: dict[tuple[str, str], int] = {}
    for life in run.lives:
        for effect in life.effects:
            call = calls.get(effect.operation or "")
            if call is None or not call.once:
                continue
            key = (call.id, effect.name)
            count[key] = count.get(key, 0) + 1
            if count[key] > 1 + run.attempts.get(call.id, 0):
                yield effect


_REPLAY_ERRORS = ("NonDeterministicExecutionError", "NestedOperationError")


def _refusals(baseline: Baseline, crash_run: CrashRun | None) -> Iterator[Finding]:
    """Executions that the SDK ended because of the code's structure, although nothing differed."""
    views = [baseline.view, *([crash_run.view] if crash_run is not None else [])]
    for view in views:
        error = view.error or {}
        kind = error.get("ErrorType", "").rpartition(".")[2]
        if view.status == "FAILED" and kind in _REPLAY_ERRORS:
            place = next((life.place for life in baseline.lives), None)
            text = f"The execution failed with {kind}: {error.get('ErrorMessage')}"
            yield Finding("result", place, text, "", "")
            return


def _remarks(baseline: Baseline) -> Iterator[str]:
    view = baseline.view
    if view.status == "FAILED":
        error = view.error or {}
        yield f"The execution failed: {error.get('ErrorType')}: {error.get('ErrorMessage')}."
    if view.ended:
        return
    waiting = [each for each in view.operations if each["Type"] == "CALLBACK" and each["Status"] == "STARTED"]
    for operation in waiting:
        name = operation.get("Name", "").removesuffix(" create callback id")
        yield (
            f"The execution waits for the callback {name!r}, which nobody completes: what comes after it was not "
            f"verified. Give its result (callbacks={{{name!r}: …}}, --callback {name}=JSON)."
        )
    if not waiting:
        yield "The execution took too long: what comes after its last state was not verified. Allow a longer timeout."
