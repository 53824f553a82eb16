"""Code that was not written to be analysed: nothing crashes, and code that is not durable has no findings."""

from __future__ import annotations

import ast
import io
import os
import random
import sysconfig
import tokenize
from pathlib import Path

import pytest

from durable_lint.config.settings import Settings
from durable_lint.finding import Finding
from durable_lint.outcome import Outcome
from durable_lint.workers import Analysis, default_analyzer

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


def mutated(source: str, randomness: random.Random) -> str:
    """The source with a few lines or tokens deleted, doubled, swapped or replaced."""
    for _ in range(randomness.randint(1, 4)):
        source = randomness.choice((_with_other_lines, _with_other_tokens))(source, randomness)
    return source


def _with_other_lines(source: str, randomness: random.Random) -> str:
    return "".join(_shaken(source.splitlines(keepends=True), randomness))


def _with_other_tokens(source: str, randomness: random.Random) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    lines = source.splitlines(keepends=True)
    kind = randomness.choice((tokenize.NAME, tokenize.NAME, tokenize.OP, tokenize.STRING, tokenize.NUMBER))
    alike = [token for token in tokens if token.type == kind and token.start[0] == token.end[0]]
    if not alike:
        return source
    token, other = randomness.choice(alike), randomness.choice(alike)
    row, start, end = token.start[0] - 1, token.start[1], token.end[1]
    text = randomness.choice(("", f"{token.string} {token.string}", other.string, other.string))
    lines[row] = lines[row][:start] + text + lines[row][end:]
    return "".join(lines)


def _shaken(items: list[str], randomness: random.Random) -> list[str]:
    if not items:
        return items
    items = list(items)
    first, second = randomness.randrange(len(items)), randomness.randrange(len(items))
    match randomness.randrange(3):
        case 0:
            del items[first : first + randomness.randint(1, 3)]
        case 1:
            items.insert(second, items[first])
        case _:
            items[first], items[second] = items[second], items[first]
    return items


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
