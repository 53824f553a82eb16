"""Programs before and after their fixes: what every test of a rule's fix goes through."""

from __future__ import annotations

import ast
from pathlib import Path

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.fixing.apply import apply
from durable_lint.registry import rules

HEADER = """\
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
"""

REVEALED = {
    "DUR105": frozenset({"DUR604", "DUR805"}),
    "DUR106": frozenset({"DUR805"}),
    "DUR109": frozenset({"DUR106"}),
    "DUR307": frozenset({"DUR606"}),
}
"""Defects that a fix does not make, but that are only looked for in what it makes: a request without a timeout is one
once it stands in a step."""


def findings(folder: Path) -> list[Finding]:
    """What all rules say of the programs in a folder, the loudest at each place."""
    analyzer = Analyzer(AnalysisSettings(), rules())
    found: dict[tuple[str, object, str], Finding] = {}
    for path in sorted(folder.rglob("*.py")):
        if b"urable" in path.read_bytes():
            result = analyzer.analyze(str(path))
            assert result.failures == []
            for finding in result.findings:
                key = (finding.filename, finding.span, finding.code)
                if key not in found or found[key].severity.rank < finding.severity.rank:
                    found[key] = finding
    return list(found.values())


def fixed(
    folder: Path,
    program: str | bytes,
    code: str,
    files: dict[str, str] | None = None,
    safeties: tuple[Safety, ...] = (),
) -> bytes:
    """The program as the fixes of one rule leave it.

    ``safeties`` are the kinds of fixes to be made, all of them by default. Whatever the program, no fix is refused,
    they come to an end, the result parses, and nothing is louder than before.
    """
    data = program if isinstance(program, bytes) else program.encode()
    for name, text in {**(files or {}), "handler.py": data}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = findings(folder)
    before = {finding.code for finding in found if finding.severity is not Severity.INFO}
    for _ in range(10):
        wanted = [f for f in found if f.code == code and f.fix and (not safeties or f.fix.safety in safeties)]
        if not wanted:
            break
        applied = apply(wanted, {str(path): path.read_bytes() for path in folder.rglob("*.py")})
        assert applied.refused == ()
        for name, data in applied.contents.items():
            ast.parse(data)
            Path(name).write_bytes(data)
        found = findings(folder)
    else:
        raise AssertionError("the fixes do not come to an end")
    revealed = REVEALED.get(code, frozenset())
    assert {finding.code for finding in found if finding.severity is not Severity.INFO} <= before | revealed
    return (folder / "handler.py").read_bytes()
