"""Reports: one module an output format, each a pure function from a ``Report`` to lines of text.

What a format needs beyond the report itself (the directory to name files from, their lines, the pages of the rules,
colours) stands in ``Surroundings``; nothing here prints, and only the caller's functions read files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.report.surroundings import Surroundings


def rendered(output_format: str, report: Report, surroundings: Surroundings) -> Iterator[str]:
    """The lines, without their ends, of a report in one of ``config.options.OUTPUT_FORMATS``."""
    module = import_module(f"durable_lint.report.{output_format}")
    render = cast("Callable[[Report, Surroundings], Iterator[str]]", module.render)
    return render(report, surroundings)
