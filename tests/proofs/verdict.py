"""What it means that a durable function misbehaves: one definition for every rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.proofs.replayed import Run


@dataclass(frozen=True, slots=True)
class Specification:
    """What a program is for: the result it has to give, and the effects it has to have, in this order."""

    result: object
    effects: tuple[str, ...] = ()


def misbehaviour(run: Run, specified: Specification) -> list[str]:
    """Why an execution was wrong, one sentence each; nothing when it did what it is for, whatever was replayed."""
    return list(_complaints(run, specified))


def _complaints(run: Run, specified: Specification) -> Iterator[str]:
    if run.error is not None:
        yield f"the execution failed: {run.error}"
    elif run.result != specified.result:
        yield f"the result is {run.result!r} instead of {specified.result!r}"
    yield from _contradictions(run)
    yield from _repetitions(run)
    effects = tuple(entry.point for entry in run.entries if entry.kind == "did")
    if effects != specified.effects:
        yield f"the effects are {effects!r} instead of {specified.effects!r}"


def _contradictions(run: Run) -> Iterator[str]:
    """Points at which two invocations saw different values."""
    seen: dict[str, str] = {}
    for entry in run.entries:
        if entry.kind == "saw" and seen.setdefault(entry.point, entry.value) != entry.value:
            yield f"{entry.point} was {seen[entry.point]} and is {entry.value} in invocation {entry.invocation}"


def _repetitions(run: Run) -> Iterator[str]:
    """What a later invocation did again."""
    first: dict[tuple[str, str], int] = {}
    for entry in run.entries:
        if entry.kind != "saw" and first.setdefault((entry.kind, entry.point), entry.invocation) != entry.invocation:
            yield f"invocation {entry.invocation} {entry.kind} again: {entry.point}"
