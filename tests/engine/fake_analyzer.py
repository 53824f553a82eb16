"""An analyzer that obeys comments in the files it is given, for tests of everything round the analyzer.

``#! use NAME`` depends on NAME.py beside the file. ``#! find CODE SEVERITY [FILE [ROW [HOPS]]]`` finds something, by
default in the file and row where it stands. ``#! fix CODE SAFETY OLD NEW [FILE]`` finds OLD in each line that gives no
orders, of this file or of another one too, and offers to write NEW. ``#! crash``, ``#! deep``, ``#! fail CODE`` and
``#! gone`` go wrong. ``#! die`` kills the process that is not the first one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from multiprocessing import parent_process

from durable_lint.analysis import FileResult
from durable_lint.config.settings import Settings
from durable_lint.finding import Edit, Finding, Fix, Hop, Safety, Severity, Span
from durable_lint.source.parse import parse
from durable_lint.source.text import SourceError

ANALYSED: list[str] = []
"""The files analysed in this process, in order."""


def fake_analyzer(settings: Settings, overlay: Mapping[str, bytes]) -> FakeAnalyzer:
    return FakeAnalyzer(overlay)


class FakeAnalyzer:
    def __init__(self, overlay: Mapping[str, bytes]) -> None:
        self._overlay = overlay

    def analyze(self, path: str) -> FileResult:
        ANALYSED.append(path)
        result = FileResult([], broken={})
        absent: set[str] = set()
        self._follow(path, path, result, absent)
        return FileResult(
            result.findings, result.dependencies, frozenset(absent), len(absent), result.failures, result.broken
        )

    def _follow(self, path: str, top: str, result: FileResult, absent: set[str]) -> None:
        if path in result.dependencies:
            return
        try:
            data = self._overlay[path] if path in self._overlay else read(path)
        except FileNotFoundError:
            absent.add(path)
            return
        result.dependencies[path] = data
        try:
            parse(data, path)
        except SourceError as error:
            if path == top:
                raise
            result.broken[path] = error
            return
        for row, words in orders(data):
            match words:
                case ["use", name]:
                    self._follow(os.path.join(os.path.dirname(path), f"{name}.py"), top, result, absent)
                case ["find", code, severity, *rest]:
                    result.findings.append(finding(code, severity, path, row, *rest))
                case ["fix", code, safety, old, new, *names]:
                    result.findings.extend(self._fixes(path, code, safety, old, new, *names))
                case ["fail", code]:
                    result.failures.append((code, "ValueError: no"))
                case ["crash"]:
                    raise KeyError("boom")
                case ["deep"]:
                    self._follow_forever()
                case ["gone"]:
                    raise PermissionError(13, "Permission denied")
                case ["die"] if parent_process() is not None:
                    os._exit(9)

    def _fixes(self, path: str, code: str, safety: str, old: str, new: str, name: str = "") -> Iterator[Finding]:
        files = [path, os.path.join(os.path.dirname(path), name)] if name else [path]
        edits = [edit for file in files for edit in self._edits(file, old, new)]
        own = [edit for edit in edits if edit.filename == path]
        if name and own:
            fix = Fix(f"Write {new}", Safety(safety), tuple(edits), True)
            yield Finding(code, Severity.ERROR, f"{old} everywhere", path, own[0].span, fix=fix)
        for edit in () if name else own:
            fix = Fix(f"Write {new}", Safety(safety), (edit,), code == "DUR401")
            yield Finding(code, Severity.ERROR, f"{old} here", path, edit.span, fix=fix)

    def _edits(self, path: str, old: str, new: str) -> Iterator[Edit]:
        data = self._overlay[path] if path in self._overlay else read(path)
        for row, line in enumerate(data.decode().splitlines(), 1):
            if old in line and "#!" not in line:
                column = line.index(old) + 1
                yield Edit(path, Span(row, column, row, column + len(old)), new)

    def _follow_forever(self) -> None:
        self._follow_forever()


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def orders(data: bytes) -> Iterator[tuple[int, list[str]]]:
    for row, line in enumerate(data.decode().splitlines(), 1):
        if "#!" in line:
            yield row, line.partition("#!")[2].partition("# ")[0].split()


def finding(code: str, severity: str, path: str, row: int, name: str = "", at: str = "", hops: str = "0") -> Finding:
    chain = tuple(Hop(path, row, 1, f"hop {number}") for number in range(int(hops)))
    filename = os.path.join(os.path.dirname(path), name) if name else path
    place = int(at) if at else row
    message = f"{code} seen from {os.path.basename(path)}"
    return Finding(code, Severity(severity), message, filename, Span(place, 1, place, 2), "", None, chain)
