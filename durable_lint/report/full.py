"""For people: the message, the code it is about, the way from there to the cause, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding
from durable_lint.report.frame import frame, shown_rows
from durable_lint.report.style import SEVERITY_COLOURS, Style
from durable_lint.report.surroundings import printable

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """A block of lines for each finding, with an empty line behind it."""
    style = Style(surroundings.colour)
    names = surroundings.names()
    for finding in report.findings:
        yield from _block(finding, names.get(finding.code, ""), surroundings, style)
        yield ""


def _block(finding: Finding, name: str, surroundings: Surroundings, style: Style) -> Iterator[str]:
    lines = surroundings.lines(finding.filename)
    widest = max(shown_rows(lines, finding.span), default=finding.span.row)
    margin = " " * (max(len(str(widest)), 2) + 1)
    equals = f"{margin}{style('=', 'bold', 'blue')}"
    head = style(f"{finding.severity.value}[{finding.code}]", "bold", SEVERITY_COLOURS[finding.severity])
    yield f"{head}{style(f' {name}:' if name else '', 'bold')} {printable(finding.message)}"
    place = f"{surroundings.shown(finding.filename)}:{finding.span.row}:{finding.span.column}"
    yield f"{style(f'{margin[:-1]}-->', 'bold', 'blue')} {place}"
    yield from frame(lines, finding.span, finding.severity, style, margin)
    for depth, hop in enumerate(finding.chain):
        arrow = f"{margin}{'  ' * depth}→" if depth else equals
        where = style(f"{surroundings.shown(hop.filename)}:{hop.row}:{hop.column}", "dim")
        yield f"{arrow} {printable(hop.what)}  {where}"
    if finding.help:
        yield f"{equals} {style('help:', 'bold')} {printable(finding.help)}"
