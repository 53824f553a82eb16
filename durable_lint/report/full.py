"""For people: the message, the code it is about, the way from there to the cause, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.finding import Finding, Fix, Safety
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
    mark = f" {style('[*]', 'cyan')}" if surroundings.is_fixable(finding) else ""
    yield f"{head}{mark}{style(f' {name}:' if name else '', 'bold')} {printable(finding.message)}"
    place = f"{surroundings.shown(finding.filename)}:{finding.span.row}:{finding.span.column}"
    yield f"{style(f'{margin[:-1]}-->', 'bold', 'blue')} {place}"
    yield from frame(lines, finding.span, finding.severity, style, margin)
    for depth, hop in enumerate(finding.chain):
        arrow = f"{margin}{'  ' * depth}→" if depth else equals
        where = style(f"{surroundings.shown(hop.filename)}:{hop.row}:{hop.column}", "dim")
        yield f"{arrow} {printable(hop.what)}  {where}"
    if finding.help:
        yield f"{equals} {style('help:', 'bold')} {printable(finding.help)}"
    if finding.fix is not None:
        yield f"{equals} {style('fix:', 'bold')} {printable(_fix_line(finding.fix))}"


def _fix_line(fix: Fix) -> str:
    """What the fix does, and what to know before it is made."""
    caveats = ["unsafe"] if fix.safety is Safety.UNSAFE else []
    if fix.changes_operations:
        caveats.append("changes the operation sequence")
    return f"{fix.title} ({', '.join(caveats)})" if caveats else fix.title
