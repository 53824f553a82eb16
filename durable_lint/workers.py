"""Analysis of many files: one after the other, or spread over processes where that is faster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from durable_lint.config.settings import Settings
from durable_lint.dataclasses import replace
from durable_lint.finding import Finding, Severity, Span
from durable_lint.outcome import Outcome, fingerprint
from durable_lint.source.memory import collect_seldom
from durable_lint.source.prefilter import read
from durable_lint.source.templates import suppressions_in
from durable_lint.source.text import SourceError

if TYPE_CHECKING:
    from durable_lint.analysis import FileResult
    from durable_lint.source.suppression import Suppressions

SYNTAX_ERROR = "DUR001"


class FileAnalyzer(Protocol):
    """Analyses one file after the other; what it has read for one it may use for the next."""

    def analyze(self, path: str) -> FileResult:
        """All findings of all rules. Raises SourceError and OSError when the file itself cannot be read."""


AnalyzerFactory = Callable[[Settings, Mapping[str, bytes]], FileAnalyzer]
"""Makes an analyzer for settings and unsaved contents by absolute path. Must be importable by its name: other processes
call it too."""


def default_analyzer(settings: Settings, overlay: Mapping[str, bytes]) -> FileAnalyzer:
    """The real analyzer with every rule."""
    from durable_lint.analysis import AnalysisSettings, Analyzer  # everything heavy hangs on these imports
    from durable_lint.registry import registry

    effects = settings.effects
    analysis = AnalysisSettings(
        settings.src,
        settings.sdk_version,
        effects.add,
        effects.remove,
        effects.vouch,
        settings.naming,
        settings.max_operations,
    )
    known = registry()
    analyzer = Analyzer(analysis, known.rules, overlay)
    return _Incomplete(analyzer, known.failures) if known.failures else analyzer


class _Incomplete:
    """An analyzer that lacks rules, and says so for every file."""

    def __init__(self, analyzer: FileAnalyzer, failures: tuple[tuple[str, str], ...]) -> None:
        self._analyzer = analyzer
        self._failures = failures

    def analyze(self, path: str) -> FileResult:
        result = self._analyzer.analyze(path)
        result.failures.extend(self._failures)
        return result


def syntax_error(path: str, error: SourceError) -> Finding:
    """The finding for a file that Python cannot read."""
    span = Span(error.row, error.column, error.row, error.column + 1)
    message = f"{error.message}: nothing in this file was checked"
    return Finding(SYNTAX_ERROR, Severity.ERROR, message, path, span, noqa_row=error.row)


class Analysis:
    """Analyses files one after the other with one analyzer, and turns whatever happens into outcomes."""

    def __init__(self, factory: AnalyzerFactory, settings: Settings, overlay: Mapping[str, bytes]) -> None:
        self._factory = factory
        self._settings = settings
        self._overlay = overlay
        self._analyzer: FileAnalyzer | None = None
        self._fingerprints: dict[str, tuple[bytes, str]] = {}
        self._suppressions: dict[str, tuple[bytes, Suppressions]] = {}

    def outcome(self, path: str) -> Outcome:
        """What came of one file. Never raises."""
        try:
            if self._analyzer is None:
                self._analyzer = self._factory(self._settings, self._overlay)
            return self._succeeded(path, self._analyzer.analyze(path))
        except SourceError as error:
            return self._refused(path, error)
        except OSError as error:
            return Outcome(path, unreadable=error.strerror or str(error))
        except Exception as error:  # one file must not take the others along
            self._analyzer = None  # what the crash left behind in it is anybody's guess
            return Outcome(path, failures=(("", _crash(error)),))

    def _succeeded(self, path: str, result: FileResult) -> Outcome:
        findings = [*result.findings, *(syntax_error(name, error) for name, error in result.broken.items())]
        return Outcome(
            path,
            tuple(self._with_noqa_row(finding, result.dependencies) for finding in findings),
            tuple((name, self._fingerprint(name, data)) for name, data in sorted(result.dependencies.items())),
            tuple(sorted(result.absent)),
            result.unresolved,
            tuple(dict.fromkeys(result.failures)),
            judged=True,
            searched=result.searched,
        )

    def _refused(self, path: str, error: SourceError) -> Outcome:
        try:
            data = self._overlay[path] if path in self._overlay else read(path)
        except OSError:
            data = b""
        return Outcome(path, (syntax_error(path, error),), ((path, fingerprint(data)),))

    def _with_noqa_row(self, finding: Finding, contents: Mapping[str, bytes]) -> Finding:
        """The finding with the row for a ``noqa`` comment, which it takes tokens to tell: 2 ms for 150 lines."""
        data = contents.get(finding.filename, b"")
        known = self._suppressions.get(finding.filename)
        if known is None or known[0] is not data:
            known = self._suppressions[finding.filename] = (data, suppressions_in(finding.filename, data))
        return replace(finding, noqa_row=known[1].noqa_row(finding.span.row))

    def _fingerprint(self, path: str, data: bytes) -> str:
        """The fingerprint of a file, taken once: many files rest on the same helpers."""
        known = self._fingerprints.get(path)
        if known is None or known[0] is not data:
            known = self._fingerprints[path] = (data, fingerprint(data))
        return known[1]


def _crash(error: Exception) -> str:
    """What a report of a crash must say: the error, and the line of ours that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"
    return " ".join(f"{type(error).__name__}: {error}".split()) + place


def outcomes(
    paths: Sequence[str],
    settings: Settings,
    overlay: Mapping[str, bytes],
    factory: AnalyzerFactory = default_analyzer,
    processes: int = 1,
) -> list[Outcome]:
    """The outcomes for files, in their order, from as many processes; the outcomes do not depend on the number."""
    if processes > 1 and len(paths) > 1:
        try:
            return _in_processes(paths, settings, overlay, factory, min(processes, len(paths)))
        except (OSError, ImportError, NotImplementedError, RuntimeError):
            pass  # no semaphores (AWS Lambda), no more processes, a worker killed: one process does it all
    analysis = Analysis(factory, settings, overlay)
    return [analysis.outcome(path) for path in paths]


def _in_processes(
    paths: Sequence[str], settings: Settings, overlay: Mapping[str, bytes], factory: AnalyzerFactory, processes: int
) -> list[Outcome]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Neighbours import the same helpers, so each task is a run of them; a few for each process even out the load.
    size = max(1, len(paths) // (processes * 4))
    batches = [paths[start : start + size] for start in range(0, len(paths), size)]
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (factory, settings, dict(overlay))) as pool:
        return [outcome for batch in pool.map(_batch, batches) for outcome in batch]


_analysis: Analysis


def _begin(factory: AnalyzerFactory, settings: Settings, overlay: Mapping[str, bytes]) -> None:
    global _analysis
    collect_seldom()
    _analysis = Analysis(factory, settings, overlay)


def _batch(paths: Iterable[str]) -> list[Outcome]:
    return [_analysis.outcome(path) for path in paths]
