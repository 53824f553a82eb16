"""What a verification found, in words for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from durable_runtime.testing.verifier.notes import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that differs from one invocation to another.

    Args:
        kind: what kind of thing, such as "name" or "effect".
        place: the line that is to blame, if it is known.
        what: what differs, one sentence or two.
        cause: what makes it differ, one sentence.
        remedy: what to do, one sentence.
    """

    kind: str
    place: Place | None
    what: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place is not None else ""
        source = f"`{self.place.text}`. " if self.place is not None and self.place.text else ""
        return f"{where}{source}{self.what} {self.cause} {self.remedy}".replace("  ", " ").strip()

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON data."""
        place = self.place
        return {
            "kind": self.kind,
            "file": place.file if place is not None else None,
            "line": place.line if place is not None else None,
            "source": place.text if place is not None else None,
            "what": self.what,
            "cause": self.cause,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a verification.

    Args:
        findings: what differs; empty if the handler passed.
        status: how its execution ended, such as SUCCEEDED; RUNNING if it waits for something that never came.
        operations: how many operations it had.
        states: how many states it went through.
        probed: how many of them the handler was invoked with again.
        replays: how many invocations that took.
        kills: how many times a process was killed.
        seed: what the verification was drawn from.
        notes: what else is to be known, such as the callback that nobody completed.
    """

    findings: Sequence[Finding]
    status: str
    operations: int
    states: int
    probed: int
    replays: int
    kills: int
    seed: int
    notes: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def raise_if_failed(self) -> None:
        """Raise if anything was found.

        Raises:
            ReplayError: with all findings in its message.
        """
        if not self.passed:
            raise ReplayError(self)

    def __str__(self) -> str:
        return "\n\n".join([self._headline(), *map(str, self.findings), *self.notes])

    def _headline(self) -> str:
        found = len(self.findings)
        outcome = "passed" if self.passed else f"failed with {found} finding{'s' if found > 1 else ''}"
        probed = f"all {self.states}" if self.probed == self.states else f"{self.probed} of {self.states}"
        return (
            f"Verification {outcome}: an execution that ended {self.status} with {self.operations} operations was "
            f"replayed {self.replays} times from {probed} of its states, and killed {self.kills} times "
            f"(seed {self.seed})."
        )

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON data."""
        return {
            "passed": self.passed,
            "findings": [finding.to_dict() | {"text": str(finding)} for finding in self.findings],
            "status": self.status,
            "operations": self.operations,
            "states": self.states,
            "probed": self.probed,
            "replays": self.replays,
            "kills": self.kills,
            "seed": self.seed,
            "notes": list(self.notes),
        }


class ReplayError(AssertionError):
    """A handler does not do the same on replay."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict
