"""Each safe fix of an error is executed: before it the program misbehaves under replay, after it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety, Severity
from durable_lint.registry import rules
from tests.proofs.processes import Processes
from tests.proofs.proof import Proof, findings_in, fix_safely, what_is_wrong
from tests.proofs.table import PROOFS

PROGRAMS = pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.program)


@PROGRAMS
def test_the_program_misbehaves(proof: Proof, tmp_path: Path, processes: Processes) -> None:
    folder = proof.copied_to(tmp_path)
    assert {(finding.code, finding.severity) for finding in findings_in(folder)} == {(proof.code, proof.severity)}
    wrong = what_is_wrong(proof, folder, processes)
    assert any(proof.symptom in complaint for complaint in wrong), wrong


@PROGRAMS
def test_the_fixed_program_does_not(proof: Proof, tmp_path: Path, processes: Processes) -> None:
    folder = proof.copied_to(tmp_path)
    fix_safely(proof.code, folder)
    assert findings_in(folder) == []
    assert what_is_wrong(proof, folder, processes) == []


def test_every_safe_fix_of_an_error_has_a_proof() -> None:
    fixed = {
        rule.code for rule in rules() if Safety.SAFE in rule.fixes and (rule.severity is Severity.ERROR or rule.by_sink)
    }
    assert fixed == {proof.code for proof in PROOFS if proof.severity is Severity.ERROR}
