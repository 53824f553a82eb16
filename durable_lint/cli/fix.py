"""``durable-lint check --fix`` and ``--diff``: fix, say what was done, and report what is left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from durable_lint.cli.output import complain, emit, emit_bytes
from durable_lint.cli.request import MACHINE_FORMATS, report_lines
from durable_lint.fixing.passes import PASSES, Fixed
from durable_lint.fixing.passes import fix as fix_files
from durable_lint.report.style import Style
from durable_lint.report.summary import Fixing, fixes_by_file, operations_line
from durable_lint.report.surroundings import Surroundings

if TYPE_CHECKING:
    from durable_lint.cli.request import Request
    from durable_lint.config.settings import Settings
    from durable_lint.engine import Report


def fix(request: Request, settings: Settings) -> tuple[Report, int]:
    """Fix files, or standard input to standard output; returns the report on what is left, and the exit code.

    Where standard output is for the fixed text, the report goes to standard error, as with ruff.
    """
    fixed = fix_files(request.paths, settings, request.unsaved, save=not (request.diff or request.unsaved))
    if request.diff:
        emit_bytes(_diff_lines(fixed, request), request.output_file)
        if not request.quiet:
            emit(_said(fixed, request, "Would fix"), on_stderr=True)
    else:
        if request.unsaved:
            emit_bytes({**request.unsaved, **_new_contents(fixed)}.values())
        emit(_left(fixed, request, settings), request.output_file, on_stderr=bool(request.unsaved))
    _complain(fixed)
    return fixed.report, 2 if fixed.unwritten else _code(fixed, request)


def _code(fixed: Fixed, request: Request) -> int:
    if request.exit_zero:
        return 0
    if request.diff:
        return 1 if fixed.files else 0
    left = not request.fix_only and bool(fixed.report.findings)
    return 1 if left or (request.exit_non_zero_on_fix and fixed.made) else 0


def _left(fixed: Fixed, request: Request, settings: Settings) -> Iterator[str]:
    """What was fixed, and what is left; where a program reads that, it gets nothing else, and people standard error."""
    is_for_people = settings.output_format not in MACHINE_FORMATS
    listed = list(fixes_by_file(fixed.made, Surroundings(os.getcwd()))) if request.show_fixes else []
    if request.fix_only and not request.quiet:
        listed += _said(fixed, request._replace(show_fixes=False), "Fixed")
    if is_for_people:
        yield from listed
    else:
        emit(listed, on_stderr=True)
    if not request.fix_only:
        if listed and is_for_people:
            yield ""
        unsaved = {**request.unsaved, **_new_contents(fixed)}
        fixing = Fixing(fixed.made, asked=True, unsafe=settings.unsafe_fixes)
        yield from report_lines(fixed.report, request._replace(unsaved=unsaved), settings, fixing)


def _said(fixed: Fixed, request: Request, verb: str) -> Iterator[str]:
    """What was fixed, or would be, where nothing is said about the rest."""
    if not fixed.made:
        yield "Nothing to fix."
        return
    if request.show_fixes:
        yield from fixes_by_file(fixed.made, Surroundings(os.getcwd()))
    number = len(fixed.made)
    yield f"{verb} {number} finding{'' if number == 1 else 's'}."
    yield from operations_line(fixed.made)


def _new_contents(fixed: Fixed) -> dict[str, bytes]:
    return {file.file: file.after for file in fixed.files}


def _diff_lines(fixed: Fixed, request: Request) -> Iterator[bytes]:
    from durable_lint.fixing.diff import diff

    style = Style(request.colour)
    surroundings = Surroundings(os.getcwd())
    for file in fixed.files:
        for line in diff(surroundings.shown(file.file), file.before, file.after):
            yield _painted(line, style)


_COLOURS = ((b"---", "bold"), (b"+++", "bold"), (b"@@", "cyan"), (b"+", "green"), (b"-", "red"))


def _painted(line: bytes, style: Style) -> bytes:
    for start, colour in _COLOURS:
        if line.startswith(start):
            return style(line[:-1].decode("latin-1"), colour).encode("latin-1") + line[-1:]
    return line


def _complain(fixed: Fixed) -> None:
    """What could not be fixed, and why."""
    surroundings = Surroundings(os.getcwd())
    for file in fixed.unwritten:
        complain(f"{surroundings.shown(file.file)} was not fixed: {file.message}")
    if fixed.elsewhere:
        files = ", ".join(map(surroundings.shown, fixed.unchecked))
        number = len(fixed.elsewhere)
        change, it = ("fix also changes", "it") if number == 1 else ("fixes also change", "them")
        complain(f"{number} {change} files that were not checked ({files}): check the whole project to make {it}")
    if fixed.unfinished:
        places = sorted({f"{finding.code} in {surroundings.shown(finding.filename)}" for finding in fixed.unfinished})
        complain(
            f"stopped after {PASSES} passes with fixes left ({', '.join(places)}): run durable-lint again, and please "
            "report this if that does not come to an end"
        )
