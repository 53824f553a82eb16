"""The last lines of a run: how many findings, in how many files, and what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Severity

if TYPE_CHECKING:
    from durable_lint.engine import Report

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "piece of advice"}
_PLURALS = {"piece of advice": "pieces of advice"}


def summary(report: Report) -> Iterator[str]:
    """One line on the findings, and one on calls that were not followed where there are any."""
    counts = Counter(finding.severity for finding in report.findings)
    found = [_counted(counts[severity], word) for severity, word in _WORDS.items() if counts[severity]]
    files = _counted(report.files, "file")
    yield f"Found {_listed(found)} in {files}." if found else f"No findings in {files}."
    if report.unresolved:
        calls = _counted(report.unresolved, "call")
        yield f"{calls} could not be followed: `--extend-select DUR004` shows where."


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else _PLURALS.get(word, word + 's')}"


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
