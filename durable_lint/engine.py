"""The engine, from paths and settings to a report: finds files, has the durable ones analysed, sorts out the answer.

Most runs of editors and commits meet no durable file. What only those need is imported when the first one is met, and
the values here are named tuples, which are much cheaper to define than data classes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from durable_lint.catalog import catalog
from durable_lint.config.settings import Settings
from durable_lint.source.discovery import discover
from durable_lint.source.prefilter import mentions_codes, names_durable, read

if TYPE_CHECKING:
    from durable_lint.finding import Finding
    from durable_lint.outcome import Outcome
    from durable_lint.source.suppression import Suppressions
    from durable_lint.workers import AnalyzerFactory

PARALLEL_BYTES = 1_000_000
"""From how many bytes of files to be analysed on several processes beat one: starting one costs half a second."""


class InternalError(NamedTuple):
    """A crash of ours: in a rule (its code), or in the analysis itself (an empty ``rule``). To be reported to us."""

    file: str
    rule: str
    message: str


class Unreadable(NamedTuple):
    """A file or directory that could not be read, and why."""

    file: str
    message: str


class Report(NamedTuple):
    """What a run found.

    ``findings`` are those selected and not suppressed, sorted by file, place and code. ``files`` is the number of
    files looked at, ``unresolved`` that of calls in durable code which could not be followed.
    """

    findings: Sequence[Finding]
    errors: Sequence[InternalError] = ()
    files: int = 0
    unresolved: int = 0
    unreadable: Sequence[Unreadable] = ()


def check(
    paths: Sequence[str],
    settings: Settings,
    stdin: tuple[str, bytes] | None = None,
    *,
    noqa: bool = True,
    analyzer: AnalyzerFactory | None = None,
    processes: int | None = None,
) -> Report:
    """Check files and directories, or the contents of one file that need not be saved.

    ``stdin`` is that file's absolute name and its contents; ``paths`` is empty then. Without ``noqa`` such comments
    silence nothing. ``analyzer`` is by default the one with every rule, ``processes`` what fits the machine and the
    size of the task. Never raises for anything that is in the files.
    """
    run = _Run(settings, stdin)
    run.read_files(paths)
    run.analyse(analyzer, processes)
    return run.report(noqa)


class _Run:
    """One run: what has been read so far, and what came of it."""

    def __init__(self, settings: Settings, stdin: tuple[str, bytes] | None) -> None:
        self._settings = settings
        self._overlay = {} if stdin is None else {stdin[0]: stdin[1]}
        self._given: set[str] = set()
        self._contents: dict[str, bytes] = {}
        self._durable: list[str] = []
        self._unreadable: list[Unreadable] = []
        self._outcomes: dict[str, Outcome] = {}

    def read_files(self, paths: Sequence[str]) -> None:
        """Read every file once and keep those that name anything durable."""
        for path in self._files(paths):
            try:
                data = self._overlay[path] if path in self._overlay else read(path)
            except OSError as error:
                self._unreadable.append(Unreadable(path, error.strerror or str(error)))
                continue
            self._given.add(path)
            if names_durable(data):
                self._durable.append(path)
                self._contents[path] = data
            elif mentions_codes(data):
                self._contents[path] = data

    def analyse(self, analyzer: AnalyzerFactory | None, processes: int | None) -> None:
        """Get an outcome for every durable file, from the cache where it still holds."""
        if not self._durable:
            return
        from durable_lint.workers import default_analyzer, outcomes

        cache = None
        known = self._outcomes
        if self._settings.cache:
            from durable_lint.cache import Cache

            cache = Cache(self._settings, self._seen)
            known.update((path, outcome) for path in self._durable if (outcome := cache.get(path)) is not None)
        missing = [path for path in self._durable if path not in known]
        if missing:
            processes = self._processes(missing) if processes is None else processes
            new = outcomes(missing, self._settings, self._overlay, analyzer or default_analyzer, processes)
            if cache is not None:
                cache.store(new)
            known.update((outcome.path, outcome) for outcome in new)

    def report(self, noqa: bool) -> Report:
        """Sort out the outcomes: one finding for one defect, in the files that were given, not suppressed, selected."""
        found: dict[str, list[Finding]] = {}
        for finding in _distinct(self._outcomes.values()):
            if finding.filename in self._given:
                found.setdefault(finding.filename, []).append(finding)
        kept: list[Finding] = []
        for path in {**self._contents, **found}:
            kept.extend(self._reported(path, found.get(path, []), noqa))
        errors = {
            InternalError(outcome.path, rule, message)
            for outcome in self._outcomes.values()
            for rule, message in outcome.failures
        }
        unreadable = {
            Unreadable(item.path, item.unreadable) for item in self._outcomes.values() if item.unreadable is not None
        }
        return Report(
            sorted(kept, key=lambda finding: finding.sort_key),
            sorted(errors, key=lambda error: (error.file, error.rule, error.message)),
            len(self._given),
            sum(outcome.unresolved for outcome in self._outcomes.values()),
            sorted(unreadable.union(self._unreadable), key=lambda item: (item.file, item.message)),
        )

    def _reported(self, path: str, findings: list[Finding], noqa: bool) -> Iterator[Finding]:
        """The findings of one file that a person gets to see, with those about its suppression comments."""
        from durable_lint.source.suppression import Suppressions

        suppressions = Suppressions.from_bytes(self._seen(path) or b"")
        about_comments = list(self._about_comments(path, suppressions, findings))
        for finding in (*findings, *about_comments):
            if self._settings.selects(finding.code, finding.severity, path):
                blanket = finding not in about_comments
                if not suppressions.silences(finding, noqa=noqa, blanket=blanket):
                    yield finding

    def _about_comments(self, path: str, suppressions: Suppressions, findings: list[Finding]) -> Iterator[Finding]:
        if not suppressions.directives:
            return
        from durable_lint.directives import misread, unused
        from durable_lint.finding import Severity

        yield from misread(path, suppressions, catalog())
        outcome = self._outcomes.get(path)
        if outcome is None or not outcome.judged:
            return  # what other files find in this one is not known unless they are all given
        failed = {rule for rule, _ in outcome.failures}

        def is_judged(code: str) -> bool:
            return any(
                known.startswith(code) and self._settings.selects(known, Severity.ERROR, path)
                for known in catalog()
                if not known.startswith("DUR0")
            ) and not any(rule.startswith(code) for rule in failed)

        yield from unused(path, suppressions, findings, is_judged)

    def _files(self, paths: Sequence[str]) -> Iterable[str]:
        settings = self._settings
        if self._overlay:
            exclusion = settings.exclusion()
            return [
                path for path in self._overlay if not (settings.force_exclude and exclusion.excludes_with_parents(path))
            ]
        return discover(
            paths,
            settings.exclusion(),
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
            problem=lambda path, message: self._unreadable.append(Unreadable(path, message)),
        )

    def _seen(self, path: str) -> bytes | None:
        """The bytes this run sees in a file."""
        for contents in (self._overlay, self._contents):
            if path in contents:
                return contents[path]
        try:
            return read(path)
        except (OSError, ValueError):
            return None

    def _processes(self, paths: Iterable[str]) -> int:
        size = sum(len(self._contents[path]) for path in paths)
        return (os.cpu_count() or 1) if size >= PARALLEL_BYTES else 1


def _distinct(outcomes: Iterable[Outcome]) -> Iterable[Finding]:
    """One finding for each file, place and code.

    Several files may lead to the same one. The most severe wins, then the shortest chain, then what the file's own
    analysis says; the last words of the order make the choice independent of the order of files.
    """
    best: dict[tuple[object, ...], tuple[tuple[object, ...], Finding]] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            key = (finding.filename, finding.span, finding.code)
            own = outcome.path == finding.filename
            hops = [(hop.filename, hop.row, hop.column, hop.what) for hop in finding.chain]
            order = (
                -finding.severity.rank,
                len(hops),
                not own,
                finding.message,
                hops,
                finding.sink or "",
                finding.help,
            )
            if key not in best or order < best[key][0]:
                best[key] = (order, finding)
    return [finding for _, finding in best.values()]
