"""For programs: one JSON array, with the field names of ruff and a few of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Fix, Span

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """The findings as an array; file names are absolute, rows and columns count from 1, ends are exclusive."""
    names = surroundings.names()
    findings = [_entry(finding, names.get(finding.code)) for finding in report.findings]
    yield json.dumps(findings, indent=2)


def _entry(finding: Finding, name: str | None) -> dict[str, object]:
    span = finding.span
    return {
        "code": finding.code,
        "name": name,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help or None,
        "filename": finding.filename,
        **_location(span),
        "fix": None if finding.fix is None else _fix(finding.fix),
        "url": None,
        "noqa_row": finding.noqa_row or span.row,
        "sink": finding.sink,
        "chain": [
            {"filename": hop.filename, "row": hop.row, "column": hop.column, "what": hop.what} for hop in finding.chain
        ],
    }


def _fix(fix: Fix) -> dict[str, object]:
    """The fix; the lines of new contents end in a line feed, whatever the file's own line ends are."""
    edits = [{"filename": edit.filename, "content": edit.text, **_location(edit.span)} for edit in fix.edits]
    return {
        "applicability": fix.safety.value,
        "message": fix.title,
        "changes_operations": fix.changes_operations,
        "edits": edits,
    }


def _location(span: Span) -> dict[str, object]:
    return {
        "location": {"row": span.row, "column": span.column},
        "end_location": {"row": span.end_row, "column": span.end_column},
    }
