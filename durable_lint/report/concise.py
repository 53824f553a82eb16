"""One line a finding: ``path:row:column: DUR101 message``, as editors and people grep for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.report.style import SEVERITY_COLOURS, Style
from durable_lint.report.surroundings import printable

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """One line for each finding."""
    style = Style(surroundings.colour)
    for finding in report.findings:
        place = f"{surroundings.shown(finding.filename)}:{finding.span.row}:{finding.span.column}:"
        code = style(finding.code, "bold", SEVERITY_COLOURS[finding.severity])
        yield f"{style(place, 'bold')} {code} {printable(finding.message)}"
