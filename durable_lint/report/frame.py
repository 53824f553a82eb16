"""The code frame: the lines round a finding, numbered, with carets under what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from durable_lint.finding import Severity, Span
from durable_lint.report.style import SEVERITY_COLOURS, Style
from durable_lint.report.surroundings import printable

_CONTEXT = 2
_LONGEST = 160
_TAB = "    "


def shown_rows(lines: Sequence[str], span: Span) -> range:
    """The rows that a frame shows: that of the span and some round it; none when the file no longer has that row."""
    if not 0 < span.row <= len(lines):
        return range(0)
    first, last = max(1, span.row - _CONTEXT), min(len(lines), span.row + _CONTEXT)
    while first < span.row and not lines[first - 1].strip():
        first += 1
    while last > span.row and not lines[last - 1].strip():
        last -= 1
    return range(first, last + 1)


def frame(lines: Sequence[str], span: Span, severity: Severity, style: Style, margin: str) -> Iterator[str]:
    """The frame round a span, its bars behind a margin that the row numbers fit into.

    Carets go to the end of the first line of a span that goes on. A line that is too long for a screen is cropped
    round its carets.
    """
    rows = shown_rows(lines, span)
    bar = style(f"{margin}|", "bold", "blue")
    if rows:
        yield bar
    for row in rows:
        number = style(f"{row:>{len(margin) - 1}} |", "bold", "blue")
        if row != span.row:
            yield f"{number} {_cropped(_expanded(lines[row - 1]), 0)[0]}".rstrip()
            continue
        shown, carets = _marked(lines[row - 1], span)
        yield f"{number} {shown}".rstrip()
        yield f"{bar} {style(carets, 'bold', SEVERITY_COLOURS[severity])}"
    if rows:
        yield bar


def _marked(text: str, span: Span) -> tuple[str, str]:
    """A line as shown, and the line of carets below it."""
    start = min(span.column - 1, len(text))
    end = span.end_column - 1 if span.end_row == span.row else len(text.rstrip())
    before = _width(_expanded(text[:start]))
    length = max(1, _width(_expanded(text[start : max(start, end)])))
    shown, dropped = _cropped(_expanded(text), before)
    room = _LONGEST + 1 - (before - dropped)
    return shown, " " * (before - dropped) + "^" * min(length, room)


def _cropped(text: str, column: int) -> tuple[str, int]:
    """The text cut to fit the screen round a display column, and by how many columns its start moved."""
    if len(text) <= _LONGEST:
        return text, 0
    start = max(0, _index_at(text, column) - _LONGEST // 2) if column > _LONGEST // 2 else 0
    cut = text[start : start + _LONGEST]
    tail = "…" if start + _LONGEST < len(text) else ""
    if start == 0:
        return cut + tail, 0
    return f"…{cut}{tail}", _width(text[:start]) - 1


def _index_at(text: str, column: int) -> int:
    if text.isascii():
        return column
    width = 0
    for index, character in enumerate(text):
        if width >= column:
            return index
        width += _width(character)
    return len(text)


def _expanded(text: str) -> str:
    return printable(text.replace("\t", _TAB))


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )
