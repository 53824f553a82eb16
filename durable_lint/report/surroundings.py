"""What a report needs to know of the world it is printed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from durable_lint.catalog import catalog
from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Safety

if TYPE_CHECKING:
    from durable_lint.finding import Finding
    from durable_lint.page import Page


def _no_lines(filename: str) -> Sequence[str]:
    return ()


def _no_pages() -> Iterable[Page]:
    return ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``base`` is the directory that file names are shown relative to; ``lines`` gives the lines of a file by its
    absolute name, none when it cannot be read; ``pages`` gives the page of every rule; ``colour`` allows escape codes.
    With ``unsafe_fixes`` these count as much as safe ones.
    """

    base: str
    lines: Callable[[str], Sequence[str]] = _no_lines
    pages: Callable[[], Iterable[Page]] = _no_pages
    colour: bool = False
    unsafe_fixes: bool = False
    names: Callable[[], dict[str, str]] = field(default=lambda: dict(catalog()))

    def shown(self, filename: str) -> str:
        """A file name as a person would type it: relative below ``base``, absolute elsewhere, always on one line."""
        inside = filename.startswith(os.path.join(self.base, ""))
        return printable(os.path.relpath(filename, self.base) if inside else filename)

    def is_fixable(self, finding: Finding) -> bool:
        """Whether ``--fix`` with the options of this run would fix it."""
        return finding.fix is not None and (self.unsafe_fixes or finding.fix.safety is Safety.SAFE)

    def line(self, filename: str, row: int) -> str:
        """One line of a file; empty when there is no such line."""
        lines = self.lines(filename)
        return lines[row - 1] if 0 < row <= len(lines) else ""


def printable(text: str) -> str:
    """The text on one line and without control characters, which could rewrite what a terminal shows."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _picture(c) for c in text)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
