"""The last lines of a run: how many findings, in how many files, and what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_lint.engine import Report

_WORDS = {2: "error", 1: "warning", 0: "piece of advice"}  # by rank of severity
_PLURALS = {"piece of advice": "pieces of advice"}


def summary(report: Report) -> Iterator[str]:
    """One line on the findings, and one on calls that were not followed where there are any."""
    counts = Counter(finding.severity.rank for finding in report.findings)
    found = [_counted(counts[rank], word) for rank, word in _WORDS.items() if counts[rank]]
    files = _counted(report.files, "file")
    yield f"Found {_listed(found)} in {files}." if found else f"No findings in {files}."
    if report.unresolved:
        calls = _counted(report.unresolved, "call")
        yield f"{calls} could not be followed: `--extend-select DUR004` shows where."


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else _PLURALS.get(word, word + 's')}"


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
