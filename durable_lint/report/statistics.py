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
    """A line for each code, the most frequent first: count, code, name."""
    counts = _counts(report)
    width = max((len(str(count)) for _, count in counts), default=0)
    names = surroundings.names()
    for code, count in counts:
        yield f"{count:>{width}}  {code}  {names.get(code, '')}".rstrip()


def render_json(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """The same as one JSON array."""
    names = surroundings.names()
    entries = [{"code": code, "name": names.get(code), "count": count} for code, count in _counts(report)]
    yield json.dumps(entries, indent=2)


def _counts(report: Report) -> list[tuple[str, int]]:
    counts = Counter(finding.code for finding in report.findings)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
