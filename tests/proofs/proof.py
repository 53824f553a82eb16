"""A proof: a program with one defect, what it is for, and how the linter finds and fixes it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from durable_lint.config.settings import Selection, Settings
from durable_lint.engine import check
from durable_lint.finding import Finding, Severity
from durable_lint.fixing.passes import fix
from tests.proofs.ground import OURS, Ground
from tests.proofs.processes import Processes
from tests.proofs.replayed import World, run
from tests.proofs.verdict import Specification, misbehaviour

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Proof:
    """One program of ``programs/``, whose name starts with the code of the rule that it breaks.

    The rule's safe fix puts it right or, where there is none, ``right.py`` does, in the place of ``handler.py``.

    ``event`` and ``world`` are what it is run with, ``specified`` is what it should do. ``symptom`` stands in one of
    the complaints about the run before the fix, so that the program fails of what the rule is about and nothing else.
    Where our SDK refuses what AWS's lets happen, ``refused`` stands in what it says; where it makes the program do what
    it is for, ``harmless`` says how. ``severity`` is that of the findings.
    """

    program: str
    symptom: str
    specified: Specification
    event: Mapping[str, object] = field(default_factory=dict)
    world: World = field(default_factory=World)
    severity: Severity = Severity.ERROR
    refused: str = ""
    harmless: str = ""

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.program.partition("_")[0].upper()

    @property
    def is_put_right_by_hand(self) -> bool:
        """Whether no fix of the rule's has to do it."""
        return self._right.exists()

    def is_shown_by(self, complaints: list[str], ground: Ground) -> bool:
        """Whether these are the complaints about the run before the fix."""
        if ground is OURS and self.harmless:
            return not complaints
        symptom = self.refused if ground is OURS and self.refused else self.symptom
        return any(symptom in complaint for complaint in complaints)

    def copied_to(self, folder: Path) -> Path:
        """The program with its ledger, in a folder of its own below another one."""
        copy = folder / self.program
        shutil.copytree(self._original, copy, ignore=shutil.ignore_patterns("__pycache__", "right.py"))
        shutil.copy(_HERE / "ledger.py", copy)
        return copy

    def put_right(self, copy: Path) -> None:
        """Mend a copy of the program."""
        if self.is_put_right_by_hand:
            shutil.copy(self._right, copy / "handler.py")
        else:
            _fix_safely(self.code, copy)

    @property
    def _right(self) -> Path:
        return self._original / "right.py"

    @property
    def _original(self) -> Path:
        return _HERE / "programs" / self.program


def what_is_wrong(proof: Proof, folder: Path, processes: Processes) -> list[str]:
    """What a proof's program does wrong as it stands in a folder, executed with replays."""
    return misbehaviour(run(folder, proof.event, proof.world, processes), proof.specified)


def findings_in(folder: Path) -> list[Finding]:
    """What durable-lint reports about a program, advice left out."""
    report = check([str(folder)], _settings(folder), processes=1)
    assert not report.errors
    assert not report.unreadable
    return list(report.findings)


def _fix_safely(code: str, folder: Path) -> None:
    """What ``durable-lint --fix`` does to a program for one rule, and for no other."""
    fixed = fix([str(folder)], _settings(folder, Selection(select=(code,))), processes=1)
    assert not fixed.unwritten
    assert not fixed.unfinished


def _settings(folder: Path, *selections: Selection) -> Settings:
    return Settings(str(folder), selections=selections, cache=False)
