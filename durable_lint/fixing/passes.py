"""Fixing, pass after pass: check, make the fixes of what is reported, check what has changed, until nothing is left."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from durable_lint.config.settings import Settings
from durable_lint.dataclasses import dataclass
from durable_lint.engine import InternalError, Report, Run
from durable_lint.finding import Finding, Safety
from durable_lint.fixing.apply import apply, is_rewritable
from durable_lint.fixing.writing import Rewritten, Unwritten, write

if TYPE_CHECKING:
    from durable_lint.workers import AnalyzerFactory

PASSES = 25
"""How often at most. Each pass makes all fixes that do not overlap, so that real files need three or four."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing came to.

    ``report`` is about the files as they are afterwards. ``made`` are the findings whose fixes were made, ``files``
    the files that changed. ``elsewhere`` are findings left alone because their fixes also change files that were not
    checked, those in ``unchecked``. ``unwritten`` are files that could not be rewritten, ``unfinished`` what was still
    to be fixed after the last pass.
    """

    report: Report
    made: tuple[Finding, ...] = ()
    files: tuple[Rewritten, ...] = ()
    elsewhere: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
    unfinished: tuple[Finding, ...] = ()


def fix(
    paths: Sequence[str],
    settings: Settings,
    unsaved: Mapping[str, bytes] | None = None,
    *,
    save: bool = True,
    analyzer: AnalyzerFactory | None = None,
    processes: int | None = None,
) -> Fixed:
    """Fix what a check reports, unsafe fixes too where the settings say so; arguments are those of ``engine.check``.

    Without ``save`` nothing is written. Where a file cannot be written, all is done anew without the fixes that change
    it, since those in other files may rest on them.
    """
    unwritten: dict[str, Unwritten] = {}
    while True:
        run = Run(settings, unsaved, analyzer=analyzer, processes=processes)
        run.read_files(paths)
        run.analyse()
        done = _Passes(run, settings.unsafe_fixes, unwritten).run()
        problems = write(done.files) if save else []
        if not problems:
            return done
        unwritten |= {problem.file: problem for problem in problems}


class _Passes:
    """The passes of one run, which leave the files in ``unwritten`` alone and add to it what else must be left."""

    def __init__(self, run: Run, unsafe: bool, unwritten: Mapping[str, Unwritten]) -> None:
        self._run = run
        self._unsafe = unsafe
        self._unwritten = dict(unwritten)
        self._links = _links(run.checked)
        self._before: dict[str, bytes] = {}
        self._made: list[Finding] = []

    def run(self) -> Fixed:
        """Make passes until one changes nothing."""
        report = self._run.report()
        refused: Sequence[Finding] = ()
        for _ in range(PASSES):
            wanted = self._possible(report)
            applied = apply(wanted, self._contents(wanted))
            refused = applied.refused
            if not applied.contents:
                break
            self._made += applied.applied
            self._run.replace(self._everywhere(applied.contents))
            self._run.analyse()
            report = self._run.report()
        else:
            return self._fixed(report, refused, self._possible(report))
        return self._fixed(report, refused, ())

    def _fixed(self, report: Report, refused: Sequence[Finding], unfinished: Sequence[Finding]) -> Fixed:
        errors = [InternalError(finding.filename, finding.code, _wrong(finding)) for finding in refused]
        files = (
            Rewritten(path, before, after)
            for path, before in sorted(self._before.items())
            if (after := self._run.contents(path)) is not None and after != before
        )
        elsewhere = tuple(finding for finding in self._wanted(report) if self._is_elsewhere(finding))
        return Fixed(
            report._replace(errors=[*report.errors, *errors]),
            tuple(self._made),
            tuple(files),
            elsewhere,
            tuple(sorted(_files(elsewhere) - self._run.checked)),
            tuple(self._unwritten.values()),
            tuple(unfinished),
        )

    def _wanted(self, report: Report) -> list[Finding]:
        return [
            finding
            for finding in report.findings
            if finding.fix is not None and (self._unsafe or finding.fix.safety is Safety.SAFE)
        ]

    def _is_elsewhere(self, finding: Finding) -> bool:
        return not _files([finding]) <= self._run.checked

    def _possible(self, report: Report) -> list[Finding]:
        """The findings whose fixes can be made, once what must be left alone is known."""
        wanted = [finding for finding in self._wanted(report) if not self._is_elsewhere(finding)]
        touched = _files(wanted) - self._before.keys()
        for path in sorted(touched):
            if not is_rewritable(self._run.contents(path) or b""):
                self._leave(path, "its encoding does not give back the same bytes: save it as UTF-8")
        for path in sorted(self._run.moved(touched)):
            self._leave(path, "it has changed since it was read: run durable-lint again")
        left = self._unwritten.keys() | self._links.keys()
        return [finding for finding in wanted if left.isdisjoint(_files([finding]))]

    def _leave(self, path: str, message: str) -> None:
        self._unwritten.setdefault(path, Unwritten(path, message))

    def _contents(self, findings: Sequence[Finding]) -> dict[str, bytes]:
        contents = {path: self._run.contents(path) or b"" for path in _files(findings)}
        for path, data in contents.items():
            self._before.setdefault(path, data)
        return contents

    def _everywhere(self, contents: Mapping[str, bytes]) -> dict[str, bytes]:
        """New contents under every name that their files were checked by."""
        names = {link: contents[path] for link, path in self._links.items() if path in contents}
        return {**contents, **names}


def _files(findings: Sequence[Finding]) -> set[str]:
    return {name for finding in findings if finding.fix is not None for name in finding.fix.filenames}


def _links(paths: Collection[str]) -> dict[str, str]:
    """Paths that lead to a file which is also checked by another one, with that one: it is fixed once."""
    first: dict[str, str] = {}
    links: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (os.path.islink(path), path)):
        target = os.path.realpath(path)
        if first.setdefault(target, path) != path:
            links[path] = first[target]
    return links


def _wrong(finding: Finding) -> str:
    title = "" if finding.fix is None else finding.fix.title
    return f'the fix "{title}" does not fit {finding.span.row}:{finding.span.column} and was not made'
