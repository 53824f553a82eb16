"""Each error is executed: as it stands the program misbehaves under replay, put right it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety, Severity
from durable_lint.registry import rules
from tests.proofs.by_hand import BY_HAND
from tests.proofs.processes import Processes
from tests.proofs.proof import Proof, findings_in, what_is_wrong
from tests.proofs.table import BY_FIX, PROOFS

PROGRAMS = pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.program)

ERRORS = [rule for rule in rules() if rule.severity is Severity.ERROR or rule.by_sink]

UNPROVED = {
    "DUR001": "a file that does not parse runs nowhere",
    "DUR804": "the limit is at more operations than a program can be killed after",
    **dict.fromkeys(
        ("DUR951", "DUR952", "DUR953", "DUR954", "DUR955", "DUR956"),
        "what a template says takes effect in a deployment, and nothing is deployed",
    ),
}
"""Why there are rules of errors without a proof."""


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


def test_every_error_has_a_proof_unless_there_is_none() -> None:
    errors = {rule.code for rule in ERRORS}
    proved = {proof.code for proof in PROOFS if proof.severity is Severity.ERROR}
    assert proved <= errors
    assert errors - proved == set(UNPROVED)


def test_every_safe_fix_of_an_error_has_a_proof() -> None:
    fixed = {rule.code for rule in ERRORS if Safety.SAFE in rule.fixes}
    assert fixed == {proof.code for proof in BY_FIX if proof.severity is Severity.ERROR}
    assert not any(proof.is_put_right_by_hand for proof in BY_FIX)
    assert all(proof.is_put_right_by_hand for proof in BY_HAND)
