"""What a person asks of a check, and the lines that answer it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from durable_lint.cli.output import Sources, complain

if TYPE_CHECKING:
    from durable_lint.config.settings import Settings
    from durable_lint.engine import Report
    from durable_lint.page import Page
    from durable_lint.report.summary import Fixing

MACHINE_FORMATS = ("json", "github", "sarif")
"""Formats that programs read: nothing else may stand beside the findings."""


class Request(NamedTuple):
    """What the command line asks for, besides what a configuration file could say.

    ``unsaved`` holds standard input by the name that it goes by; ``paths`` is empty then.
    """

    paths: tuple[str, ...]
    unsaved: dict[str, bytes]
    output_file: str | None
    statistics: bool
    exit_zero: bool
    colour: bool
    quiet: bool
    verbose: bool
    diff: bool
    fix_only: bool
    show_fixes: bool
    exit_non_zero_on_fix: bool


def report_lines(report: Report, request: Request, settings: Settings, fixing: Fixing | None = None) -> Iterator[str]:
    """The report in its format; where people read it, a summary behind it, else the summary on standard error.

    ``fixing`` is what was fixed before; ``request.unsaved`` must hold the contents that the report is about.
    """
    from durable_lint.report.summary import Fixing, summary

    if report.findings or settings.output_format in MACHINE_FORMATS:
        yield from _rendered(report, request, settings)
    if request.quiet:
        return
    fixing = fixing or Fixing(unsafe=settings.unsafe_fixes)
    if settings.output_format not in MACHINE_FORMATS:
        for line in summary(report, fixing):
            # Concise lines are flake8's, without a mark that the last lines could explain.
            yield line if settings.output_format == "full" else line.removeprefix("[*] ")
    elif report.unresolved or fixing.made:
        for line in summary(report, fixing):
            complain(line)


def _rendered(report: Report, request: Request, settings: Settings) -> Iterator[str]:
    from durable_lint.report import rendered
    from durable_lint.report.surroundings import Surroundings

    output_format = settings.output_format
    base = _repository() if output_format == "sarif" else os.getcwd()
    lines = Sources(request.unsaved).lines
    surroundings = Surroundings(base, lines, _pages, request.colour, unsafe_fixes=settings.unsafe_fixes)
    if request.statistics:
        from durable_lint.report import statistics

        render = statistics.render_json if output_format == "json" else statistics.render
        return render(report, surroundings)
    return rendered(output_format, report, surroundings)


def _pages() -> Iterator[Page]:
    from durable_lint.page import pages

    return pages()


def _repository() -> str:
    """Where code scanning names files from: the top of the repository, else the working directory."""
    directory = working_directory = os.getcwd()
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return working_directory
        directory = parent
    return directory
