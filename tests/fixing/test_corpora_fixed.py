"""The corpora, fixed: whatever the program and however it is spelt, fixes keep the promises that they all make."""

from __future__ import annotations

import ast
import io
import json
import random
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from durable_lint.config.load import load_settings
from durable_lint.config.settings import Settings
from durable_lint.engine import check
from durable_lint.finding import Edit, Finding, Safety, Severity
from durable_lint.fixing.apply import apply
from durable_lint.source.text import SourceText
from tests.engine.mutants import mutated
from tests.marked import Project, projects
from tests.rewritten import aliased, qualified

PROJECTS = [pytest.param(project, id=project.name) for project in projects()]
PASSES = 12


def _settings(folder: Path) -> Settings:
    options = {"extend-select": ["ALL"], "ignore": ["DUR002", "DUR003"], "respect-gitignore": False}
    return load_settings(str(folder), options)._replace(cache=False)


def _found(folder: Path) -> list[Finding]:
    report = check([str(folder)], _settings(folder), processes=1)
    assert report.errors == []
    return list(report.findings)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def _wanted(findings: Iterable[Finding], safeties: tuple[Safety, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.fix is not None and finding.fix.safety in safeties]


def _loud(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in findings if finding.severity is not Severity.INFO)


def _fix_all(folder: Path, safeties: tuple[Safety, ...]) -> list[Finding]:
    """Fix a project as a whole, and check each pass on the way; the findings that are left."""
    findings = _found(folder)
    for _ in range(PASSES):
        wanted = _wanted(findings, safeties)
        if not wanted:
            return findings
        before = _contents(folder)
        applied = apply(wanted, before)
        assert applied.refused == (), [finding.fix for finding in applied.refused]
        assert applied.contents, "fixes that change nothing"
        edits = {edit for finding in applied.applied if finding.fix for edit in finding.fix.edits}
        for path, data in before.items():
            own = [edit for edit in edits if edit.filename == path]
            assert _without(data, own) == _rest(applied.contents.get(path, data), data, own)
        for path, data in applied.contents.items():
            Path(path).write_bytes(data)
        findings = _found(folder)
    raise AssertionError(f"not fixed after {PASSES} passes: {_wanted(findings, safeties)}")


def _offsets(text: SourceText, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    places = [
        (text.offset(e.span.row, e.span.column), text.offset(e.span.end_row, e.span.end_column), e.text) for e in edits
    ]
    return sorted(places, key=lambda place: place[:2])


def _without(data: bytes, edits: Iterable[Edit]) -> list[str]:
    """What the file says between the edits."""
    text = SourceText.from_bytes(data)
    pieces, position = [], 0
    for start, end, _ in _offsets(text, edits):
        pieces.append(text.text[position:start])
        position = end
    return [*pieces, text.text[position:]]


def _rest(data: bytes, before: bytes, edits: Iterable[Edit]) -> list[str]:
    """What the changed file says between the new texts, each of which must be there."""
    old, new = SourceText.from_bytes(before), SourceText.from_bytes(data)
    pieces, position, shift = [], 0, 0
    for start, end, text in _offsets(old, edits):
        inserted = text.replace("\n", old.newline)
        at = start + shift
        pieces.append(new.text[position:at])
        assert new.text[at : at + len(inserted)] == inserted
        position = at + len(inserted)
        shift += len(inserted) - (end - start)
    return [*pieces, new.text[position:]]


def _comments(folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for data in _contents(folder).values():
        tokens = tokenize.generate_tokens(io.StringIO(data.decode("utf-8-sig"), newline="").readline)
        found.update(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)
    return found


def _undefined(folder: Path) -> Counter[str]:
    """Names that are used and not there, defined twice or imported too late, as another linter sees it."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,F811,F823,F402", "--exit-zero"]
    run = subprocess.run(
        [*command, "--output-format", "json", "--no-cache", str(folder)], capture_output=True, text=True, check=True
    )
    return Counter(item["message"].partition(" from line")[0] for item in json.loads(run.stdout))


def _with_crlf(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def _with_tabs(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        tree_before = ast.dump(ast.parse(path.read_bytes()))
        lines = path.read_text(encoding="utf-8").split("\n")
        text = "\n".join("\t" * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in lines)
        if ast.dump(ast.parse(text)) == tree_before:
            path.write_text(text, encoding="utf-8")


def _without_last_newline(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip())


def _as_it_is(folder: Path) -> None:
    pass


SPELLINGS: list[Callable[[Path], object]] = [
    _as_it_is,
    aliased,
    qualified,
    _with_crlf,
    _with_tabs,
    _without_last_newline,
]


def _keeps_its_promises(project: Project, spell: Callable[[Path], object], folder: Path, *safeties: Safety) -> None:
    project.copied_to(folder)
    spell(folder)
    found, comments, undefined = _found(folder), _comments(folder), _undefined(folder)
    left = _fix_all(folder, safeties)
    for data in _contents(folder).values():
        ast.parse(data)
    assert not _loud(left) - _loud(found), "fixes must not make findings"
    assert _comments(folder) == comments
    assert not _undefined(folder) - undefined
    contents = _contents(folder)
    assert _fix_all(folder, safeties) == left
    assert _contents(folder) == contents, "a second run must change nothing"


@pytest.mark.long
@pytest.mark.parametrize("project", PROJECTS)
def test_safe_fixes_keep_their_promises(project: Project, tmp_path: Path) -> None:
    _keeps_its_promises(project, _as_it_is, tmp_path, Safety.SAFE)


@pytest.mark.parametrize("project", PROJECTS)
def test_all_fixes_keep_their_promises(project: Project, tmp_path: Path) -> None:
    _keeps_its_promises(project, _as_it_is, tmp_path, *Safety)


@pytest.mark.long
@pytest.mark.parametrize("spell", SPELLINGS[1:])
@pytest.mark.parametrize("project", PROJECTS)
def test_other_spellings_keep_their_promises(project: Project, spell: Callable[[Path], object], tmp_path: Path) -> None:
    _keeps_its_promises(project, spell, tmp_path, *Safety)


def _shake(seed: int, number: int, folder: Path) -> None:
    """Fix so many programs of the corpora with a few lines or tokens changed, as long as they are still Python."""
    randomness = random.Random(seed)
    candidates = projects()
    while number:
        project = randomness.choice(candidates)
        place = folder / f"mutant{number}"
        place.mkdir(exist_ok=True)
        for path in place.rglob("*.py"):
            path.unlink()
        project.copied_to(place)
        path = randomness.choice(sorted(place.rglob("*.py")))
        source = mutated(path.read_text(encoding="utf-8"), randomness)
        try:
            compile(source, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        path.write_text(source, encoding="utf-8")
        undefined, found = _undefined(place), _found(place)
        left = _fix_all(place, (Safety.SAFE,))
        assert not _loud(left) - _loud(found), f"{path}\n{source}"
        _fix_all(place, tuple(Safety))
        assert not _undefined(place) - undefined, f"{path}\n{source}"
        number -= 1


def test_mutants_keep_their_promises(tmp_path: Path) -> None:
    _shake(1, 25, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 26))
def test_many_mutants_keep_their_promises(seed: int, tmp_path: Path) -> None:
    _shake(seed, 150, tmp_path)
