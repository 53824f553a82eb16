"""Which kind of change makes something differ: the diverging probe is made again, with one thing changed at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from durable_runtime.testing.verifier.baseline import Baseline
from durable_runtime.testing.verifier.comparison import Difference, difference_of, value_of
from durable_runtime.testing.verifier.probes import Probe, Prober
from durable_runtime.testing.verifier.world import CHANGES, Change, World, ahead_text

_TRIES = 4
"""Other values to try of each thing: what chance decides may come out the same."""
_REPEATS = 3
"""Invocations in each process, for the same reason."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a difference was seen: in a process of some world, in an invocation that began with some state."""

    world: World
    state: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes something differ, and what to do about it, one sentence each."""

    text: str
    remedy: str
    changes: tuple[Change, ...] = field(default=())


def cause_of(difference: Difference, origin: Origin, prober: Prober, baseline: Baseline) -> Cause:
    """What makes something differ. All these processes have a clock that stands still.

    Each makes the same invocation a few times over: that takes little time, and gives chance more chances.
    """

    def invoked(*worlds: World) -> list[list[Probe]]:
        return prober.all([(world, [origin.state] * _REPEATS) for world in worlds], ticks=False)

    def values(probes: list[Probe]) -> list[object]:
        return [value_of(probe, difference) for probe in probes]

    first, second = invoked(origin.world, origin.world)
    if not first or not second:
        return _UNKNOWN
    if values(first) != values(second):
        return _PROCESS
    for number in range(_TRIES):
        worlds = [origin.world.with_other(change, number) for change in CHANGES]
        others = invoked(*worlds)
        if not all(others):
            return _UNKNOWN
        guilty = tuple(change for change, other in zip(CHANGES, others, strict=True) if values(other) != values(first))
        if guilty:
            return _guilty(guilty, worlds, origin.world)
    found = difference_of(first[0], baseline)
    if found is not None and found.subject == difference.subject:
        return _REPLAY
    return _WARM if origin.position else _PROCESS


def _guilty(changes: tuple[Change, ...], worlds: list[World], before: World) -> Cause:
    jump = worlds[0].ahead - before.ahead
    texts = {change: _TEXTS[change][0].format(jump=ahead_text(jump)) for change in changes}
    return Cause(" ".join(texts.values()), " ".join(_TEXTS[change][1] for change in changes), changes)


_TEXTS: dict[Change, tuple[str, str]] = {
    "clock": (
        "The clock decides it: it changes again when nothing but the clock is {jump}.",
        "Read the clock in a step, and use what the step returns.",
    ),
    "random": (
        "Random numbers decide it (random, uuid, secrets or os.urandom): it changes again when nothing else does.",
        "Draw them in a step, and use what the step returns.",
    ),
    "hash": (
        "The order of a set, or hash(), decides it: it changes again when nothing but PYTHONHASHSEED does.",
        "Sort the set with sorted(), or use a list or a dict.",
    ),
    "sandbox": (
        "Something that Lambda sets anew decides it (an environment variable of the sandbox such as the log stream or "
        "the trace id, or the request id): it changes again when nothing else does.",
        "Take it from the event, or read it in a step.",
    ),
}

_WARM = Cause(
    "It shows only in a process that has served an invocation before: state of a module, which the code changes, "
    "decides it.",
    "Keep such state in variables of the handler, or in what steps return.",
)
_PROCESS = Cause(
    "It differs from process to process with the same clock, random numbers, hash seed and sandbox: an id(), a process "
    "id, the order of threads or something read from outside decides it.",
    "Read it in a step, and use what the step returns; leave concurrency to map and parallel.",
)
_REPLAY = Cause(
    "It is so in every replay, whatever the clock, random numbers, hash seed and sandbox: what decides it was done by "
    "code that does not run again, a step's function or the body of a context that has ended (variables that it "
    "changes, operations that it makes on an outer context), asks is_replaying(), or was read from outside.",
    "Use what steps and contexts return, and in a body only its own context.",
)
_UNKNOWN = Cause(
    "What decides it could not be found out: an invocation did not come to its end.",
    "Use what steps return, and nothing else that changes.",
)
