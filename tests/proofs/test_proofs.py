"""Each error is executed: as it stands the program misbehaves under replay, put right it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety, Severity
from durable_lint.registry import rules
from tests.proofs.processes import Processes
from tests.proofs.proof import Proof, findings_in, what_is_wrong
from tests.proofs.table import PROOFS

PROGRAMS = pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.program)


@PROGRAMS
def test_the_rule_finds_the_defect_and_nothing_else(proof: Proof, tmp_path: Path) -> None:
    folder = proof.copied_to(tmp_path)
    assert {(finding.code, finding.severity) for finding in findings_in(folder)} == {(proof.code, proof.severity)}
    proof.put_right(folder)
    assert findings_in(folder) == []


@PROGRAMS
def test_the_program_misbehaves(proof: Proof, tmp_path: Path, processes: Processes) -> None:
    wrong = what_is_wrong(proof, proof.copied_to(tmp_path), processes)
    assert proof.is_shown_by(wrong, processes.ground), wrong


@PROGRAMS
def test_put_right_it_does_not(proof: Proof, tmp_path: Path, processes: Processes) -> None:
    folder = proof.copied_to(tmp_path)
    proof.put_right(folder)
    assert what_is_wrong(proof, folder, processes) == []


def test_every_safe_fix_of_an_error_has_a_proof() -> None:
    fixed = {
        rule.code for rule in rules() if Safety.SAFE in rule.fixes and (rule.severity is Severity.ERROR or rule.by_sink)
    }
    assert fixed == {proof.code for proof in PROOFS if proof.severity is Severity.ERROR}
