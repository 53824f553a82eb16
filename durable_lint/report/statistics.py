"""How often each rule fired."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """A line for each code, the most frequent first: count, code, name, and how many can be fixed."""
    counts = _counts(report)
    width = max((len(str(count)) for _, count in counts), default=0)
    names, fixable = surroundings.names(), _fixable(report, surroundings)
    for code, count in counts:
        mark = f"  [*] {fixable[code]} fixable" if fixable[code] else ""
        yield f"{count:>{width}}  {code}  {names.get(code, '')}{mark}".rstrip()


def render_json(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """The same as one JSON array."""
    names, fixable = surroundings.names(), _fixable(report, surroundings)
    entries = [
        {"code": code, "name": names.get(code), "count": count, "fixable": fixable[code]}
        for code, count in _counts(report)
    ]
    yield json.dumps(entries, indent=2)


def _counts(report: Report) -> list[tuple[str, int]]:
    counts = Counter(finding.code for finding in report.findings)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _fixable(report: Report, surroundings: Surroundings) -> Counter[str]:
    return Counter(finding.code for finding in report.findings if surroundings.is_fixable(finding))
