"""Escape codes for terminals, or none."""

from __future__ import annotations

from durable_lint.finding import Severity

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}

SEVERITY_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Style:
    """Paints text when colours are on: ``style("DUR101", "bold", "red")``."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *names: str) -> str:
        if not self._colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"
