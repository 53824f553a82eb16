"""Outcomes of earlier runs, on disk: one JSON file for each set of analysis settings, rules and versions.

A cached outcome counts as long as every file it rests on holds the same bytes and every file that was missing still
is. Whatever is wrong with the cache (corrupt, foreign, not writable), the run goes on as if there were none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from durable_lint import __version__
from durable_lint.catalog import rules_folder
from durable_lint.config.settings import Settings
from durable_lint.finding import Edit, Finding, Fix, Hop, Safety, Severity, Span
from durable_lint.outcome import Outcome, fingerprint
from durable_lint.source.installed import sdk_version_here

_FORMAT = 3
_DIRECTORY = ".durable_lint_cache"
_DAYS_KEPT = 30
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This directory holds results of durable-lint; it may be deleted.\n"
)

Contents = Callable[[str], bytes | None]


class Cache:
    """The outcomes kept for one set of settings. Reading happens at once, writing with ``store``."""

    def __init__(self, settings: Settings, contents: Contents) -> None:
        """``contents`` gives the bytes that a run sees in a file, None when there is none to be read."""
        self._directory = settings.cache_dir or os.environ.get("DURABLE_LINT_CACHE_DIR") or ""
        if not self._directory:
            self._directory = os.path.join(settings.root, _DIRECTORY)
        self._file = os.path.join(self._directory, f"{_key(settings)}.json")
        self._contents = contents
        self._fingerprints: dict[str, str | None] = {}
        self._absent: dict[str, bool] = {}
        self._entries = _read(self._file)

    def get(self, path: str) -> Outcome | None:
        """The outcome for a file if it still holds."""
        entry = self._entries.get(path)
        if entry is None:
            return None
        try:
            holds = all(self._fingerprint(name) == known for name, known in entry["dependencies"]) and all(
                self._is_absent(name) for name in entry["absent"]
            )
            return _outcome(path, entry) if holds else None
        except (KeyError, TypeError, ValueError, AttributeError):  # somebody else's JSON
            return None

    def store(self, outcomes: Iterable[Outcome]) -> None:
        """Keep these outcomes too. Runs beside this one may write as well: each adds to what it then finds."""
        new = {outcome.path: _entry(outcome) for outcome in outcomes if outcome.is_lasting}
        if not new:
            return
        import json

        try:
            _prepare(self._directory)
            kept = {path: entry for path, entry in _read(self._file).items() if os.path.exists(path)}
            _replace(self._file, json.dumps({"format": _FORMAT, "files": kept | new}, separators=(",", ":")).encode())
        except (OSError, ValueError):
            return

    def _fingerprint(self, path: str) -> str | None:
        if path not in self._fingerprints:
            data = self._contents(path)
            self._fingerprints[path] = None if data is None else fingerprint(data)
        return self._fingerprints[path]

    def _is_absent(self, path: str) -> bool:
        if path not in self._absent:
            self._absent[path] = not os.path.lexists(path)
        return self._absent[path]


def _key(settings: Settings) -> str:
    """What outcomes depend on besides the analysed files: settings, versions, and durable-lint's own sources."""
    analysis = (settings.src, settings.sdk_version, settings.effects, settings.naming, settings.max_operations)
    own = sorted(_own_sources())
    versions = (__version__, sys.version, sdk_version_here())
    return fingerprint(repr((_FORMAT, versions, analysis, own)).encode("utf-8", "surrogatepass"))


def _own_sources() -> Iterator[tuple[str, int, int]]:
    """Name, size and time of every source file and table of durable-lint and of its rules."""
    pending = [os.path.dirname(os.path.abspath(__file__)), rules_folder()]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir():
                        pending.append(entry.path)
                    elif entry.name.endswith((".py", ".toml", ".json")):
                        status = entry.stat()
                        yield entry.path, status.st_size, status.st_mtime_ns
        except OSError:  # inside an archive, which has a version and no times
            continue


def _read(file: str) -> dict[str, Any]:
    import json

    try:
        with open(file, "rb") as stream:
            content = json.loads(stream.read())
        if content["format"] == _FORMAT and isinstance(content["files"], dict):
            return content["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {}


def _prepare(directory: str) -> None:
    """Make the directory, marked so that git and backups leave it alone, and drop what nobody has used for long."""
    if not os.path.isdir(directory):
        os.makedirs(directory)
        for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
            _replace(os.path.join(directory, name), text.encode())
    from time import time

    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and time() - entry.stat().st_mtime > _DAYS_KEPT * 86_400:
                os.unlink(entry.path)


def _replace(file: str, data: bytes) -> None:
    """Write a file in one piece: who reads meanwhile sees the old one or the new one."""
    temporary = f"{file}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        with open(temporary, "wb") as stream:
            stream.write(data)
        os.replace(temporary, file)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _entry(outcome: Outcome) -> dict[str, Any]:
    return {
        "findings": [_packed(finding) for finding in outcome.findings],
        "dependencies": outcome.dependencies,
        "absent": outcome.absent,
        "unresolved": outcome.unresolved,
        "judged": outcome.judged,
    }


def _outcome(path: str, entry: dict[str, Any]) -> Outcome:
    return Outcome(
        path,
        tuple(_unpacked(*packed) for packed in entry["findings"]),
        tuple((name, known) for name, known in entry["dependencies"]),
        tuple(entry["absent"]),
        int(entry["unresolved"]),
        judged=bool(entry["judged"]),
    )


def _packed(finding: Finding) -> list[Any]:
    chain = [(hop.filename, hop.row, hop.column, hop.what) for hop in finding.chain]
    head = [finding.code, finding.severity.value, finding.message, finding.filename, finding.span]
    return [*head, finding.help, finding.sink, chain, finding.noqa_row, _packed_fix(finding.fix)]


def _packed_fix(fix: Fix | None) -> list[Any] | None:
    if fix is None:
        return None
    edits = [(edit.filename, edit.span, edit.text) for edit in fix.edits]
    return [fix.title, fix.safety.value, edits, fix.changes_operations]


def _unpacked(
    code: str,
    severity: str,
    message: str,
    filename: str,
    span: list[int],
    help: str,
    sink: str | None,
    chain: list[Any],
    noqa_row: int | None,
    fix: list[Any] | None,
) -> Finding:
    hops = tuple(Hop(*hop) for hop in chain)
    unpacked = None if fix is None else _unpacked_fix(*fix)
    return Finding(code, Severity(severity), message, filename, Span(*span), help, sink, hops, noqa_row, unpacked)


def _unpacked_fix(title: str, safety: str, edits: list[Any], changes_operations: bool) -> Fix:
    whole = tuple(Edit(filename, Span(*span), text) for filename, span, text in edits)
    return Fix(title, Safety(safety), whole, changes_operations)
