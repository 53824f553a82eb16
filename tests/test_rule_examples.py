"""Every rule's examples: what is marked in the bad program is found, nothing else is, and the good one is clean."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.config.settings import Settings
from durable_lint.dataclasses import replace
from durable_lint.engine import check
from durable_lint.finding import Finding, Severity
from durable_lint.fixing.apply import apply
from durable_lint.registry import rules
from durable_lint.rule import Example, Rule
from durable_lint.source.templates import is_template

_MARK = re.compile(r"#\s*<-\s*(?P<codes>DUR\d{3}(?:\[[EWI]\])?(?:\s*,\s*DUR\d{3}(?:\[[EWI]\])?)*)")
_LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in rules()
    for number, example in enumerate(rule.examples)
]


def _findings(rule: type[Rule], folder: Path, example: Example, program: str) -> list[Finding]:
    folder.mkdir()
    for name, text in {**example.files, example.name: program}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return _found_in(rule, folder)


def _found_in(rule: type[Rule], folder: Path) -> list[Finding]:
    if rule.produced_by_engine:
        return check([str(folder)], Settings(str(folder), cache=False)).findings
    analyzer = Analyzer(AnalysisSettings(), rules())
    found: dict[tuple[str, object, str], Finding] = {}
    for path in _files(folder):
        if "urable" in path.read_text(encoding="utf-8") or is_template(str(path)):
            result = analyzer.analyze(str(path))
            assert result.failures == []
            for finding in result.findings:
                key = (finding.filename, finding.span, finding.code)
                if key not in found or found[key].severity.rank < finding.severity.rank:
                    found[key] = finding
    return list(found.values())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix == ".py" or is_template(str(path)))


def _expected(folder: Path) -> set[tuple[str, int, str, Severity | None]]:
    marks: set[tuple[str, int, str, Severity | None]] = set()
    for path in _files(folder):
        for row, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = _MARK.search(line)
            for item in match["codes"].split(",") if match else ():
                code, _, letter = item.strip().rstrip("]").partition("[")
                marks.add((path.name, row, code, _LETTERS.get(letter)))
    return marks


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_bad_example_is_found_exactly(rule: type[Rule], example: Example, tmp_path: Path) -> None:
    _assert_found_exactly(rule, example, tmp_path / "bad")


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_bad_example_is_found_under_the_name_of_our_runtime(rule: type[Rule], example: Example, tmp_path: Path) -> None:
    def renamed(text: str) -> str:
        return text.replace("aws_durable_execution_sdk_python", "durable_runtime")

    files = {name: renamed(text) for name, text in example.files.items()}
    _assert_found_exactly(rule, replace(example, bad=renamed(example.bad), files=files), tmp_path / "bad")


def _assert_found_exactly(rule: type[Rule], example: Example, folder: Path) -> None:
    found = _findings(rule, folder, example, example.bad)
    marks = _expected(folder)
    assert any(code == rule.code for _, _, code, _ in marks), "the bad example marks no line with its own rule"
    # Advice of other rules may stand beside what the example shows; everything louder must be marked.
    counted = [f for f in found if f.code == rule.code or f.severity is not Severity.INFO]
    own = {(Path(f.filename).name, f.span.row, f.code) for f in counted}
    assert own == {mark[:3] for mark in marks}
    by_place = {(Path(f.filename).name, f.span.row, f.code): f.severity for f in found}
    for name, row, code, severity in marks:
        if severity is not None:
            assert by_place[name, row, code] is severity


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_good_example_is_clean(rule: type[Rule], example: Example, tmp_path: Path) -> None:
    found = _findings(rule, tmp_path / "good", example, example.good)
    assert [(f.code, f.span, f.message) for f in found if f.severity is not Severity.INFO or f.code == rule.code] == []


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_fixes_of_bad_example(rule: type[Rule], example: Example, tmp_path: Path) -> None:
    folder = tmp_path / "fixed"
    before = _findings(rule, folder, example, example.bad)
    offered = _fixes_of(rule, before)
    if example.fixed is None:
        assert [(finding.fix, finding.span) for finding in offered] == [], "the example has a fix, so it shows it"
        return
    assert offered, "the example shows a fix, and none is offered"
    after = _fix_until_nothing_changes(rule, folder, before)
    for name, text in {**example.files, example.name: example.fixed, **example.fixed_files}.items():
        assert _unmarked((folder / name).read_text(encoding="utf-8")) == _unmarked(text.lstrip("\n")), name
        ast.parse((folder / name).read_text(encoding="utf-8"))
    left = sum(rule.code in match["codes"] for match in _MARK.finditer(example.fixed))
    assert len([finding for finding in after if finding.code == rule.code]) == left
    loud = {finding.code for finding in before if finding.severity is not Severity.INFO}
    assert {finding.code for finding in after if finding.severity is not Severity.INFO} <= loud
    assert {finding.fix.safety for finding in offered if finding.fix is not None} <= set(rule.fixes)


def _fixes_of(rule: type[Rule], findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code == rule.code and finding.fix is not None]


def _fix_until_nothing_changes(rule: type[Rule], folder: Path, findings: list[Finding]) -> list[Finding]:
    """Apply the fixes of one rule pass after pass; the findings of all rules at the end."""
    for _ in range(10):
        if not (fixable := _fixes_of(rule, findings)):
            return findings
        contents = {str(path): path.read_bytes() for path in folder.rglob("*.py")}
        applied = apply(fixable, contents)
        assert applied.refused == ()
        for path, data in applied.contents.items():
            Path(path).write_bytes(data)
        findings = _found_in(rule, folder)
    raise AssertionError("the fixes do not come to an end")


def _unmarked(text: str) -> str:
    return re.sub(r"[ ]*# <- DUR.*", "", text)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_rule_says_what_it_fixes(rule: type[Rule]) -> None:
    assert bool(rule.fixes) == bool(rule.fix_help)
    assert bool(rule.fixes) == any(example.fixed is not None for example in rule.examples)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_rule_is_documented(rule: type[Rule]) -> None:
    assert re.fullmatch(r"DUR\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.__doc__ and len(rule.__doc__.split()) > 25
    assert rule.__doc__.splitlines()[0].endswith(".")
