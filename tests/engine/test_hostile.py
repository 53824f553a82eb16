"""Code that was not written to be analysed: nothing crashes, and code that is not durable has no findings."""

from __future__ import annotations

import ast
import os
import random
import sysconfig
from pathlib import Path

import pytest

from durable_lint.config.settings import Settings
from durable_lint.finding import Finding
from durable_lint.outcome import Outcome
from durable_lint.workers import Analysis, default_analyzer
from tests.engine.mutants import mutated

CORPORA = sorted((Path(__file__).parent.parent / "corpora").rglob("*.py"))
ABOUT_THE_FILE = ("DUR001", "DUR004")


def analysed(folder: str, without: frozenset[str] = frozenset()) -> tuple[int, list[Finding]]:
    """The number of Python files below a folder and the findings in them, each forced through the analyzer."""
    analysis = Analysis(default_analyzer, Settings(folder), {})
    count, findings = 0, []
    for directory, names, files in os.walk(folder):
        names[:] = sorted(set(names) - without)
        for path in sorted(os.path.join(directory, file) for file in files if file.endswith(".py")):
            outcome = analysis.outcome(path)
            assert outcome.failures == (), path
            findings += [finding for finding in outcome.findings if finding.code not in ABOUT_THE_FILE]
            count += 1
    return count, findings


@pytest.mark.long
def test_nothing_in_the_standard_library() -> None:
    count, findings = analysed(sysconfig.get_path("stdlib"), frozenset({"site-packages"}))
    assert count > 500
    assert findings == []


@pytest.mark.long
def test_nothing_in_the_installed_packages() -> None:
    count, findings = analysed(sysconfig.get_path("purelib"))
    assert count > 500
    assert findings == []


def test_nothing_in_a_part_of_the_standard_library() -> None:
    count, findings = analysed(os.path.join(sysconfig.get_path("stdlib"), "asyncio"))
    assert count > 20
    assert findings == []


def outcome_of(path: str, source: str) -> Outcome:
    data = source.encode("utf-8", "surrogatepass")
    return Analysis(default_analyzer, Settings(os.path.dirname(path)), {path: data}).outcome(path)


def shake(seed: int, number: int) -> None:
    """Analyse so many mutants that are still Python, each twice."""
    randomness = random.Random(seed)
    while number:
        path = randomness.choice(CORPORA)
        source = mutated(path.read_text(encoding="utf-8"), randomness)
        try:
            ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        outcome = outcome_of(str(path), source)
        assert outcome.failures == (), f"{path}\n{source}"
        assert outcome == outcome_of(str(path), source), f"{path}\n{source}"
        number -= 1


def test_mutants() -> None:
    shake(1, 60)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 14))
def test_many_mutants(seed: int) -> None:
    shake(seed, 500)
