"""``durable-lint check``: look at files, report, and tell by the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from durable_lint.cli.options import CHECK_PARAMETERS, overrides
from durable_lint.cli.output import Sources, colours, complain, emit
from durable_lint.config.errors import did_you_mean
from durable_lint.config.load import load_settings

if TYPE_CHECKING:
    from durable_lint.config.settings import Settings
    from durable_lint.engine import Report
    from durable_lint.page import Page

_MACHINE_FORMATS = ("json", "github", "sarif")


class _Request(NamedTuple):
    """What the command line asks for, besides what a configuration file could say."""

    paths: tuple[str, ...]
    stdin: tuple[str, bytes] | None
    output_file: str | None
    statistics: bool
    exit_zero: bool
    colour: bool
    quiet: bool
    verbose: bool


def _run(**given: Any) -> int:
    paths, stdin_name = _paths(given["paths"], given["stdin_filename"])
    settings = load_settings(
        os.path.dirname(stdin_name) if stdin_name else paths[0],
        overrides(given),
        given["config"],
        given["isolated"],
    )
    if given["no_cache"]:
        settings = settings._replace(cache=False)
    if given["show_settings"]:
        emit(_settings_lines(settings), given["output_file"])
        return 0
    if given["show_files"]:
        emit(_files(paths, settings), given["output_file"])
        return 0
    if given["statistics"] and settings.output_format in ("github", "sarif"):
        raise click.UsageError(f"--statistics has no {settings.output_format} format; use full, concise or json")
    request = _Request(
        paths=paths,
        stdin=(stdin_name, sys.stdin.buffer.read()) if stdin_name else None,
        output_file=given["output_file"],
        statistics=given["statistics"],
        exit_zero=given["exit_zero"],
        colour=colours(given["color"], given["output_file"]),
        quiet=given["quiet"],
        verbose=given["verbose"],
    )
    return _check(request, settings)


command = click.Command(
    "check",
    callback=_run,
    params=CHECK_PARAMETERS,
    help="Check files and directories, by default the current directory; `-` reads standard input.",
)


def _paths(given: Sequence[str], stdin_filename: str | None) -> tuple[tuple[str, ...], str | None]:
    """The paths to check, and the absolute name of standard input when that is to be checked instead."""
    if "-" in given:
        if len(given) > 1:
            raise click.UsageError("`-` (standard input) cannot be combined with other paths; give it alone")
        return (), os.path.abspath(stdin_filename or "-")
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename needs `-` as the path; add `-`")
    for path in given:
        if not os.path.exists(path):
            raise click.UsageError(_missing(path))
    return tuple(given) or (".",), None


def _missing(path: str) -> str:
    folder = os.path.dirname(path)
    try:
        neighbours = [os.path.join(folder, entry) for entry in os.listdir(folder or ".")]
    except OSError:
        neighbours = []
    commands = ["check", "rule", "config"] if not folder else []
    return f"{path}: no such file or directory; {did_you_mean(path, neighbours + commands) or 'check the spelling'}"


def _check(request: _Request, settings: Settings) -> int:
    from time import perf_counter

    from durable_lint.engine import check

    if request.verbose:
        complain(f"settings from {settings.source or 'no file'}")
    start = perf_counter()
    report = check(request.paths, settings, request.stdin)
    if request.verbose:
        complain(f"looked at {report.files} files in {perf_counter() - start:.2f} s")
    emit(_lines(report, request, settings.output_format), request.output_file)
    for error in report.errors:
        culprit = f"{error.rule} failed on {error.file}" if error.rule else error.file
        complain(f"internal error: {culprit}: {error.message}; the rest was checked, please report this")
    for problem in report.unreadable:
        complain(f"cannot read {problem.file}: {problem.message}; the rest was checked")
    if not report.files and not request.quiet:
        complain("warning: no Python files found; see `durable-lint --show-files` and `--show-settings`")
    if report.errors or report.unreadable:
        return 2
    return 1 if report.findings and not request.exit_zero else 0


def _lines(report: Report, request: _Request, output_format: str) -> Iterator[str]:
    """The report in its format; where people read it, a summary behind it, else the summary on standard error."""
    from durable_lint.report.summary import summary

    if report.findings or output_format in _MACHINE_FORMATS:
        yield from _rendered(report, request, output_format)
    if request.quiet:
        return
    if output_format not in _MACHINE_FORMATS:
        yield from summary(report)
    elif report.unresolved:
        for line in summary(report):
            complain(line)


def _rendered(report: Report, request: _Request, output_format: str) -> Iterator[str]:
    from durable_lint.report import rendered
    from durable_lint.report.surroundings import Surroundings

    base = _repository() if output_format == "sarif" else os.getcwd()
    surroundings = Surroundings(base, Sources(request.stdin).lines, _pages, request.colour)
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


def _files(paths: Sequence[str], settings: Settings) -> Iterator[str]:
    from durable_lint.source.discovery import discover

    return discover(
        paths,
        settings.exclusion(),
        respect_gitignore=settings.respect_gitignore,
        force_exclude=settings.force_exclude,
    )


def _settings_lines(settings: Settings) -> Iterator[str]:
    """The settings as they came out, in the words of the options, with the codes that they report."""
    import json

    from durable_lint.catalog import catalog
    from durable_lint.finding import Severity

    exclusion = settings.exclusion()
    values = settings._asdict() | {
        "exclude": [*sorted(exclusion.names), *(settings.exclude or ()), *settings.extend_exclude],
        "effects": settings.effects._asdict(),
    }
    values["exclude"] = list(dict.fromkeys(values["exclude"]))
    del values["selections"], values["extend_exclude"]
    for severity, name in ((Severity.ERROR, "reported"), (Severity.INFO, "reported even as advice")):
        values[name] = [code for code in catalog() if settings.selects(code, severity, "")]
    for name, value in values.items():
        yield f"{name.replace('_', '-')} = {json.dumps(value)}"
