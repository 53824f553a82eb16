"""``durable-lint check``: look at files, report, and tell by the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from durable_lint.cli.options import CHECK_PARAMETERS, SELDOM, overrides
from durable_lint.cli.output import check_writable, colours, complain, emit, shown
from durable_lint.cli.request import Request, report_lines
from durable_lint.config.errors import did_you_mean
from durable_lint.config.load import load_settings

if TYPE_CHECKING:
    from durable_lint.config.settings import Settings


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
    settings = _with_fixing(settings, given)
    if given["show_settings"]:
        emit(_settings_lines(settings), given["output_file"])
        return 0
    if given["show_files"]:
        emit(_files(paths, settings), given["output_file"])
        return 0
    if given["output_file"]:
        check_writable(given["output_file"])
    if given["statistics"] and settings.output_format in ("github", "sarif"):
        raise click.UsageError(f"--statistics has no {settings.output_format} format; use full, concise or json")
    request = Request(
        paths=paths,
        unsaved={stdin_name: sys.stdin.buffer.read()} if stdin_name else {},
        output_file=given["output_file"],
        statistics=given["statistics"],
        exit_zero=given["exit_zero"],
        colour=colours(given["color"], given["output_file"]),
        quiet=given["quiet"],
        verbose=given["verbose"],
        diff=given["diff"],
        fix_only=given["fix_only"],
        show_fixes=given["show_fixes"],
        exit_non_zero_on_fix=given["exit_non_zero_on_fix"],
    )
    return _check(request, settings)


class _Check(click.Command):
    """The command, with a help that fits on a screen: a line for each option that is not seldom used here."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([(_written(one), one.help or "") for one in options if one.name not in SELDOM])
        formatter.write_paragraph()
        seldom = [name for one in options if one.name in SELDOM for name in (*one.opts, *one.secondary_opts)]
        negations = [name for one in options if one.name not in SELDOM for name in one.secondary_opts]
        names = f"As in a configuration file, which `durable-lint config` explains: {', '.join(seldom + negations)}."
        formatter.write(f"{fill(names, formatter.width, break_on_hyphens=False)}\n")


def _written(option: click.Option) -> str:
    takes_value = not option.is_flag
    return f"{', '.join(option.opts)}{f' {option.metavar}' if takes_value and option.metavar else ''}"


command = _Check(
    "check",
    callback=_run,
    params=CHECK_PARAMETERS,
    help="Check files and directories, by default the current directory; `-` reads standard input.",
)


def _with_fixing(settings: Settings, given: dict[str, Any]) -> Settings:
    """The settings with what other options than ``--fix`` imply; a combination that makes no sense is said."""
    if given["fix_only"] and given["fix"] is False:
        raise click.UsageError("--fix-only fixes and --no-fix does not; leave out one of them")
    if given["fix_only"]:
        settings = settings._replace(fix=True)
    if given["statistics"]:
        for name in ("diff", "fix_only"):
            if given[name]:
                option = f"--{name.replace('_', '-')}"
                raise click.UsageError(f"{option} reports no findings to count; leave out --statistics")
    if not (settings.fix or given["diff"]):
        for name in ("show_fixes", "exit_non_zero_on_fix"):
            if given[name]:
                raise click.UsageError(f"--{name.replace('_', '-')} does nothing without a fix; add --fix")
    return settings


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
        if not (os.path.isfile(path) or os.path.isdir(path)):  # a pipe: it can be read once only, or blocks
            raise click.UsageError(f"{path}: neither a file nor a directory; pipe it in: durable-lint - < {path}")
    return tuple(given) or (".",), None


def _missing(path: str) -> str:
    folder = os.path.dirname(path)
    try:
        neighbours = [os.path.join(folder, entry) for entry in os.listdir(folder or ".")]
    except OSError:
        neighbours = []
    commands = ["check", "rule", "config"] if not folder else []
    return f"{path}: no such file or directory; {did_you_mean(path, neighbours + commands) or 'check the spelling'}"


def _check(request: Request, settings: Settings) -> int:
    from time import perf_counter

    if request.verbose:
        complain(f"settings from {settings.source or 'no file'}")
    start = perf_counter()
    if request.diff or settings.fix:
        from durable_lint.cli.fix import fix

        report, code = fix(request, settings)
    else:
        from durable_lint.engine import check

        report = check(request.paths, settings, request.unsaved)
        emit(report_lines(report, request, settings), request.output_file)
        code = 1 if report.findings and not request.exit_zero else 0
    if request.verbose:
        complain(f"looked at {report.files} files in {perf_counter() - start:.2f} s")
    for error in report.errors:
        culprit = f"{error.rule} failed on {shown(error.file)}" if error.rule else shown(error.file)
        complain(f"internal error: {culprit}: {error.message}; the rest was checked, please report this")
    for problem in report.unreadable:
        complain(f"cannot read {shown(problem.file)}: {problem.message}; the rest was checked")
    if not (report.files or report.unreadable or request.quiet):
        complain("warning: no Python files found; see `durable-lint --show-files` and `--show-settings`")
    return 2 if report.errors or report.unreadable else code


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
