"""The last lines of a run: how many findings, in how many files, what was fixed, and what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.finding import Finding
    from durable_lint.report.surroundings import Surroundings

_WORDS = {2: "error", 1: "warning", 0: "piece of advice"}  # by rank of severity
_PLURALS = {"piece of advice": "pieces of advice"}


class Fixing(NamedTuple):
    """What came of fixing: the findings whose fixes were made, whether that was ``asked`` for, and whether unsafe
    fixes count too.
    """

    made: Sequence[Finding] = ()
    asked: bool = False
    unsafe: bool = False


def summary(report: Report, fixing: Fixing = Fixing()) -> Iterator[str]:  # noqa: B008
    """A line on the findings; one more each on fixes made, fixes to be had, and calls that were not followed."""
    counts = Counter(finding.severity.rank for finding in report.findings)
    found = _listed([_counted(counts[rank], word) for rank, word in _WORDS.items() if counts[rank]])
    files = _counted(report.files, "file")
    if fixing.made:
        verb = "remains" if len(report.findings) == 1 else "remain"
        yield f"Fixed {_counted(len(fixing.made), 'finding')}; {found or 'none'} {verb} in {files}."
        yield from operations_line(fixing.made)
    else:
        yield f"Found {found} in {files}." if found else f"No findings in {files}."
    yield from _to_be_had(report.findings, fixing)
    if report.unresolved:
        calls = _counted(report.unresolved, "call")
        yield f"{calls} could not be followed: `--extend-select DUR004` shows where."


def operations_line(made: Sequence[Finding]) -> Iterator[str]:
    """A warning where fixes that were made add, remove or rename operations."""
    number = sum(finding.fix is not None and finding.fix.changes_operations for finding in made)
    if number:
        change = "fix changes" if number == 1 else "fixes change"
        yield f"{number} {change} the operation sequence: let running executions finish on the old version first."


def fixes_by_file(made: Sequence[Finding], surroundings: Surroundings) -> Iterator[str]:
    """How many fixes of each rule were made in each file."""
    names = surroundings.names()
    by_file: dict[str, Counter[str]] = {}
    for finding in sorted(made, key=lambda finding: finding.sort_key):
        by_file.setdefault(finding.filename, Counter())[finding.code] += 1
    for filename, counts in by_file.items():
        yield f"- {surroundings.shown(filename)}:"
        for code, number in sorted(counts.items()):
            yield f"    {number} × {code} ({names[code]})" if code in names else f"    {number} × {code}"


def _to_be_had(findings: Sequence[Finding], fixing: Fixing) -> Iterator[str]:
    """What a run with other options would fix."""
    if not findings:
        return
    from durable_lint.finding import Safety  # data classes, which a run without findings need not import

    counts = Counter(finding.fix.safety for finding in findings if finding.fix is not None)
    safe, unsafe = counts[Safety.SAFE], counts[Safety.UNSAFE]
    if fixing.asked:
        if unsafe and not fixing.unsafe:
            yield f"{unsafe} more fixable with `--unsafe-fixes`."
    elif fixing.unsafe or not safe:
        if safe + unsafe:
            mark = "[*] " if fixing.unsafe else ""
            yield f"{mark}{safe + unsafe} fixable with `--fix{' --unsafe-fixes' if unsafe else ''}`."
    else:
        yield f"[*] {safe} fixable with `--fix`{f', {unsafe} more with `--unsafe-fixes`' if unsafe else ''}."


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else _PLURALS.get(word, word + 's')}"


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
