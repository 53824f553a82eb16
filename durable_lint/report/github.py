"""For GitHub Actions: workflow commands, which become annotations on the changed lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Severity

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """One workflow command for each finding."""
    for finding in report.findings:
        yield _command(finding, surroundings.shown(finding.filename))


def _command(finding: Finding, shown: str) -> str:
    span = finding.span
    properties = {
        "title": f"durable-lint ({finding.code})",
        "file": finding.filename,
        "line": str(span.row),
        "endLine": str(span.end_row),
    }
    if span.row == span.end_row:  # GitHub takes columns only where a single line is annotated
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = _data(f"{shown}:{span.row}:{span.column}: {finding.code} {finding.message}")
    return f"::{_COMMANDS[finding.severity]} {listed}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
