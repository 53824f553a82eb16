"""What differs between a probe, or a life, and what was recorded before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from durable_runtime.guards import NOUNS
from durable_runtime.testing.verifier.baseline import Baseline, State
from durable_runtime.testing.verifier.notes import Call, Effect, Notes, Place
from durable_runtime.testing.verifier.probes import Probe, is_interrupted

Kind = Literal["identity", "input", "new", "missing", "ending", "returned", "result", "crash"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs; `subject` names what, so that other probes can be asked for the same.

    `then` is what was recorded, `now` what the probe showed. A difference of kind "input" is that of the input
    `detail`.
    """

    kind: Kind
    subject: str
    place: Place | None
    title: str
    then: str
    now: str
    detail: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for differences that a person would call the same."""
        return (self.kind, self.place or self.subject, self.detail)


def title_of(call: Call) -> str:
    """What an operation is called: "the step 'charge'"."""
    noun = _NOUNS.get(call.sub_type, call.sub_type)
    return f"the {noun} {call.name!r}" if call.name else f"the {noun} without a name"


_NOUNS = NOUNS | {"WaitForCallback": "wait for the callback", "WaitForCondition": "wait for the condition"}


def difference_of(probe: Probe, baseline: Baseline) -> Difference | None:
    """The first thing in a probe that differs from the execution's normal course; what follows, follows from it."""
    return next(_differences(probe, baseline), None)


def _differences(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    yield from call_differences(probe.notes, baseline.calls, probe.state.operations, baseline)
    once = {call.id for call in baseline.calls.values() if call.once}
    if is_interrupted(probe.state, once):
        return
    yield from _crash(probe, baseline)
    yield from _missing(probe, baseline)
    yield from _endings(probe, baseline)
    yield from _returned(probe, baseline)
    yield from _result(probe, baseline)


def call_differences(
    notes: Notes, recorded: Mapping[str, Call], known: Mapping[str, object], baseline: Baseline
) -> Iterator[Difference]:
    """Operations that are others than those recorded at their places, or have other inputs."""
    for call in (*notes.calls.values(), *notes.repeated):
        earlier = recorded.get(call.id)
        if earlier is None:
            if call.id not in known and not baseline.races(call.parent, notes.calls):
                place = place_of(call, notes.calls)
                yield Difference("new", call.id, place, title_of(call), "nothing", title_of(call))
        elif earlier.identity != call.identity:
            then, now = title_of(earlier), title_of(call)
            now = now if now != then else f"{now} in another context"
            yield Difference("identity", call.id, place_of(call, notes.calls), then, then, now)
        else:
            yield from _inputs(call, earlier)


def place_of(call: Call, calls: Mapping[str, Call]) -> Place | None:
    """The line that makes an operation: for a branch, that of its map or parallel."""
    around: Call | None = call
    while around is not None and around.place is None:
        around = calls.get(around.parent or "")
    return around.place if around is not None else None


def _inputs(call: Call, earlier: Call) -> Iterator[Difference]:
    for name in dict.fromkeys((*earlier.inputs, *call.inputs)):
        then, now = earlier.inputs.get(name, "nothing"), call.inputs.get(name, "nothing")
        if then != now:
            yield Difference("input", call.id, call.place, title_of(call), then, now, name)
            return


def _crash(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    if probe.crash is not None and probe.crash not in baseline.crashes:
        yield Difference("crash", "crash", probe.notes.place, "the invocation", "no error", probe.crash)


def _missing(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    """Operations that were recorded, and that the code around them did not come to before it ended."""
    end = probe.notes.end
    handler_ended = not probe.is_cut and probe.ending is not None and end is not None and end.how != "suspended"
    for operation_id in reached(probe.state):
        call = baseline.calls.get(operation_id)
        if call is None or operation_id in probe.notes.calls or baseline.races(operation_id, {}):
            continue
        if handler_ended or call.parent in probe.endings:
            place = place_of(call, baseline.calls)
            yield Difference("missing", operation_id, place, title_of(call), title_of(call), "")
            return


def reached(state: State) -> Iterator[str]:
    """The operations that a replay of a state has to come to: those below a completed context are not among them."""
    skipped: set[str] = set()
    for operation_id, operation in state.operations.items():
        if operation["Type"] == "EXECUTION":
            continue
        if operation.get("ParentId") in skipped:
            skipped.add(operation_id)
            continue
        if (
            operation["Type"] == "CONTEXT"
            and state.is_over(operation_id)
            and not operation.get("ContextDetails", {}).get("ReplayChildren")
        ):
            skipped.add(operation_id)
        yield operation_id


def _endings(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    """Contexts that ended otherwise than recorded."""
    for operation_id, ending in probe.endings.items():
        then, call = baseline.endings.get(operation_id), probe.notes.calls.get(operation_id)
        if then is None or call is None or then.value == ending.value or baseline.races(operation_id, {}):
            continue
        place = place_of(call, probe.notes.calls)
        yield Difference("ending", operation_id, place, title_of(call), str(then), str(ending))


def _returned(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    """Recorded operations that gave the code another value than at first."""
    for operation_id, value in probe.notes.returned.items():
        then, call = baseline.returned.get(operation_id), probe.notes.calls.get(operation_id)
        if then is None or call is None or then == value or not probe.state.is_over(operation_id):
            continue
        if not baseline.races(operation_id, {}):
            yield Difference("returned", operation_id, call.place, title_of(call), then, value)


def _result(probe: Probe, baseline: Baseline) -> Iterator[Difference]:
    then, now = baseline.ending, probe.ending
    if then is None or now is None or then.value == now.value:
        return
    end = probe.notes.end
    place = end.place if end is not None and end.place is not None else probe.notes.place
    yield Difference("result", "result", place, "the execution", str(then), str(now))


def value_of(probe: Probe, difference: Difference) -> object:
    """What a probe shows of the subject of a difference."""
    match difference.kind:
        case "ending":
            ending = probe.endings.get(difference.subject)
            return ending.value if ending is not None else None
        case "returned":
            return probe.notes.returned.get(difference.subject)
        case "result":
            return probe.ending.value if probe.ending is not None else None
        case "crash":
            return probe.crash
        case _:
            call = probe.notes.calls.get(difference.subject)
            if call is None:
                return None
            return call.inputs.get(difference.detail) if difference.detail else call.identity


def effects_again(probe: Probe, made: Mapping[tuple[str, Place | None], Effect]) -> Iterator[Effect]:
    """Effects of a probe that the execution has had already.

    Args:
        made: effects that the code between operations had in the execution's normal course, by name and place.
    """
    for effect in probe.notes.effects:
        if effect.operation is None:
            if (effect.name, effect.place) in made:
                yield effect
        elif probe.state.is_over(effect.operation):
            yield effect
