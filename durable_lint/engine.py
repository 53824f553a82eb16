"""The engine, from paths and settings to a report: finds files, has the durable ones and templates
analysed, sorts out the answer.

Most runs of editors and commits meet no durable file. What only those need is imported when the first one is met, and
the values here are named tuples, which are much cheaper to define than data classes.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from durable_lint.catalog import catalog
from durable_lint.config.settings import Settings
from durable_lint.source.discovery import discover
from durable_lint.source.prefilter import mentions_codes, names_durable, read
from durable_lint.source.templates import is_template

if TYPE_CHECKING:
    from durable_lint.finding import Finding, Fix
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
    unsaved: Mapping[str, bytes] | None = None,
    *,
    noqa: bool = True,
    analyzer: AnalyzerFactory | None = None,
    processes: int | None = None,
) -> Report:
    """Check files and directories, or contents that need not be saved.

    ``unsaved`` are contents by absolute file name, which count instead of those on disk; without ``paths`` these files
    are what is checked. Without ``noqa`` such comments silence nothing. ``analyzer`` is by default the one with every
    rule, ``processes`` what fits the machine and the size of the task. Never raises for anything that is in the files.
    """
    run = Run(settings, unsaved, noqa=noqa, analyzer=analyzer, processes=processes)
    run.read_files(paths)
    run.analyse()
    return run.report()


class Run:
    """One run: what has been read so far, and what came of it. Arguments are those of ``check``."""

    def __init__(
        self,
        settings: Settings,
        unsaved: Mapping[str, bytes] | None = None,
        *,
        noqa: bool = True,
        analyzer: AnalyzerFactory | None = None,
        processes: int | None = None,
    ) -> None:
        self._settings = settings
        self._overlay = dict(unsaved or {})
        self._noqa = noqa
        self._analyzer = analyzer
        self._wanted_processes = processes
        self._given: set[str] = set()
        self._contents: dict[str, bytes] = {}
        self._durable: dict[str, None] = {}
        self._templates: dict[str, bytes] = {}
        self._named: frozenset[str] = frozenset()
        self._unreadable: list[Unreadable] = []
        self._outcomes: dict[str, Outcome] = {}
        self._suppressions: dict[str, tuple[bytes, Suppressions]] = {}

    def read_files(self, paths: Sequence[str]) -> None:
        """Read every file once and keep those that name anything durable."""
        self._named = frozenset(map(os.path.abspath, paths)) if paths else frozenset(self._overlay)
        for path in self._files(paths):
            try:
                data = self._overlay[path] if path in self._overlay else read(path)
            except OSError as error:
                self._unreadable.append(Unreadable(path, error.strerror or str(error)))
                continue
            self._given.add(path)
            self._keep(path, data)

    def analyse(self) -> None:
        """Get an outcome for every durable file and template that has none, from the cache where it still holds."""
        missing = [path for path in (*self._durable, *self._concerned_templates()) if path not in self._outcomes]
        if not missing:
            return
        from durable_lint.workers import default_analyzer, outcomes

        cache = None
        known = self._outcomes
        if self._settings.cache:
            from durable_lint.cache import Cache

            cache = Cache(self._settings, self.contents)
            known.update((path, outcome) for path in missing if (outcome := cache.get(path)) is not None)
            missing = [path for path in missing if path not in known]
        if missing:
            processes = self._processes(missing) if self._wanted_processes is None else self._wanted_processes
            new = outcomes(missing, self._settings, self._overlay, self._analyzer or default_analyzer, processes)
            if cache is not None:
                cache.store(outcome for outcome in new if not outcome.rests_on(self._overlay.keys()))
            known.update((outcome.path, outcome) for outcome in new)

    def report(self) -> Report:
        """Sort out the outcomes: one finding for one defect, in the files that were given, not suppressed, selected."""
        found: dict[str, list[Finding]] = {}
        for finding in _distinct(self._outcomes.values()):
            if finding.filename in self._given:
                found.setdefault(finding.filename, []).append(finding)
        kept: list[Finding] = []
        for path in {**self._contents, **found}:
            kept.extend(self._reported(path, found.get(path, [])))
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

    @property
    def checked(self) -> AbstractSet[str]:
        """The absolute paths of the files that are looked at."""
        return self._given

    def contents(self, path: str) -> bytes | None:
        """The bytes that this run sees in a file, ``None`` when there are none to be read."""
        for contents in (self._overlay, self._contents, self._templates):
            if path in contents:
                return contents[path]
        try:
            return read(path)
        except (OSError, ValueError):
            return None

    def replace(self, contents: Mapping[str, bytes]) -> None:
        """Go on as if files held other contents; what was found out with their old ones is forgotten."""
        self._overlay.update(contents)
        for path, data in contents.items():
            self._keep(path, data)
        self._outcomes = {
            path: outcome for path, outcome in self._outcomes.items() if not outcome.rests_on(contents.keys())
        }

    def moved(self, paths: Collection[str]) -> set[str]:
        """Those of some files that were saved anew while the run went on: analysed with other bytes than it sees."""
        from durable_lint.outcome import fingerprint

        known = {path: fingerprint(data) for path in paths if (data := self.contents(path)) is not None}
        analysed = (item for outcome in self._outcomes.values() for item in outcome.dependencies) if known else ()
        return {path for path, then in analysed if known.get(path, then) != then}

    def _keep(self, path: str, data: bytes) -> None:
        """Keep the bytes of a file that may hold durable code, or comments about it, and of templates."""
        if is_template(path):
            self._templates[path] = data
        elif names_durable(data):
            self._durable[path] = None
        else:
            self._durable.pop(path, None)
        if path in self._durable or mentions_codes(data):
            self._contents[path] = data
        else:
            self._contents.pop(path, None)

    def _concerned_templates(self) -> Iterable[str]:
        """The templates that may deploy durable code: all where there is some, else those that speak of it or are named
        by the person.
        """
        if self._durable:
            return self._templates
        return [path for path, data in self._templates.items() if path in self._named or names_durable(data)]

    def _reported(self, path: str, findings: list[Finding]) -> Iterator[Finding]:
        """The findings of one file that a person gets to see, with those about its suppression comments."""
        suppressions = self._suppressions_in(path)
        about_comments = list(self._about_comments(path, suppressions, findings))
        for finding in (*findings, *about_comments):
            if self._settings.selects(finding.code, finding.severity, path):
                blanket = finding not in about_comments
                if not suppressions.silences(finding, noqa=self._noqa, blanket=blanket):
                    yield finding if self._settings.fixes(finding.code) else _without_fix(finding)

    def _suppressions_in(self, path: str) -> Suppressions:
        from durable_lint.source.templates import suppressions_in

        data = self.contents(path) or b""
        known = self._suppressions.get(path)
        if known is None or known[0] is not data:
            known = self._suppressions[path] = (data, suppressions_in(path, data))
        return known[1]

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
        if not paths:
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

    def _processes(self, paths: Iterable[str]) -> int:
        size = sum(len(self.contents(path) or b"") for path in paths)
        return (os.cpu_count() or 1) if size >= PARALLEL_BYTES else 1


def _without_fix(finding: Finding) -> Finding:
    if finding.fix is None:
        return finding
    from durable_lint.dataclasses import replace

    return replace(finding, fix=None)


def _distinct(outcomes: Iterable[Outcome]) -> Iterable[Finding]:
    """One finding for each file, place and code.

    Several files may lead to the same one. The most severe wins, then the shortest chain, then what the file's own
    analysis says; the last words of the order make the choice independent of the order of files. It keeps its fix only
    if all that are as severe agree on it.
    """
    best: dict[tuple[object, ...], tuple[tuple[object, ...], Finding]] = {}
    fixes: dict[tuple[object, ...], set[Fix | None]] = {}
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
            fixes.setdefault((*key, finding.severity), set()).add(finding.fix)
            if key not in best or order < best[key][0]:
                best[key] = (order, finding)
    for place, (_, finding) in best.items():
        yield _with_agreed_fix(finding, fixes[*place, finding.severity])


def _with_agreed_fix(finding: Finding, fixes: set[Fix | None]) -> Finding:
    """The finding with the fix that all analyses want; where they differ in safety only, with the unsafe one."""
    if len(fixes) == 1:
        return finding
    changes = {None if fix is None else fix.edits for fix in fixes}
    if len(changes) > 1:
        return _without_fix(finding)
    from durable_lint.dataclasses import replace
    from durable_lint.finding import Safety

    agreed = (fix for fix in fixes if fix is not None)
    by_caution = sorted(agreed, key=lambda fix: (fix.safety is Safety.SAFE, not fix.changes_operations, fix.title))
    return replace(finding, fix=by_caution[0])
