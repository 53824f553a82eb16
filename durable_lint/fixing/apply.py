"""Applying fixes: one pass over the contents of files. What overlaps waits for the next pass."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Finding, Fix
from durable_lint.source.templates import is_template
from durable_lint.source.text import SourceError, SourceText


@dataclass(frozen=True, slots=True)
class Applied:
    """What one pass did.

    ``contents`` holds the new bytes of the files that changed. ``applied`` are the findings whose fixes were made,
    ``postponed`` those that overlap with one of these, ``refused`` those whose fixes are wrong: they change nothing,
    lie outside the file, overlap with themselves, or leave a file that Python cannot read or its encoding cannot hold.
    """

    contents: dict[str, bytes]
    applied: tuple[Finding, ...]
    postponed: tuple[Finding, ...]
    refused: tuple[Finding, ...]


def apply(findings: Iterable[Finding], contents: Mapping[str, bytes]) -> Applied:
    """Make the fixes of findings, in source order; every file that they change must be among ``contents``.

    A fix is made as a whole or not at all. An edit that several fixes share is made once. The order in which the
    findings are given does not matter.
    """
    texts = _Texts(contents)
    refused: list[Finding] = []
    postponed: list[Finding] = []
    accepted: list[_Change] = []
    made = _Made()
    for finding, fix in sorted(_with_fixes(findings), key=_source_order):
        change = _change(finding, fix, texts)
        if change is None:
            refused.append(finding)
        elif made.take(change.stretches):
            accepted.append(change)
        else:
            postponed.append(finding)
    sorted_out = _sorted_out(accepted, texts)
    return Applied(
        sorted_out.contents,
        tuple(change.finding for change in sorted_out.sound),
        (*postponed, *(change.finding for change in sorted_out.late)),
        (*refused, *(change.finding for change in sorted_out.wrong)),
    )


def is_rewritable(data: bytes) -> bool:
    """Whether the bytes of a file come back unchanged when decoded and encoded again, as nearly all encodings allow."""
    try:
        source = SourceText.from_bytes(data)
        return source.to_bytes(source.text) == data
    except (SourceError, ValueError):
        return False


class _Stretch(NamedTuple):
    """An edit as offsets into the text of its file."""

    start: int
    end: int
    text: str

    def overlaps(self, other: _Stretch) -> bool:
        """Whether both cannot be made: they share characters, or both insert at one place."""
        if self.start == self.end == other.start == other.end:
            return True
        return self.start < other.end and other.start < self.end


class _Change(NamedTuple):
    """A finding with the stretches that its fix replaces, by file."""

    finding: Finding
    stretches: dict[str, list[_Stretch]]


class _Texts:
    """The texts of files, each decoded when it is first asked for."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._texts: dict[str, SourceText] = {}

    def __getitem__(self, path: str) -> SourceText:
        if path not in self._texts:
            self._texts[path] = SourceText.from_bytes(self._contents[path])
        return self._texts[path]


class _Made:
    """What has been taken so far in each file: stretches that do not overlap, in order.

    In such a list a further stretch can only overlap with its neighbours, so that thousands are taken quickly.
    """

    def __init__(self) -> None:
        self._taken: dict[str, list[_Stretch]] = {}

    def take(self, stretches: Mapping[str, Iterable[_Stretch]]) -> bool:
        """Take all of these, or none when one of them overlaps with another one than itself."""
        new: list[tuple[list[_Stretch], _Stretch]] = []
        for path, wanted in stretches.items():
            taken = self._taken.setdefault(path, [])
            for stretch in wanted:
                index = bisect_left(taken, stretch)
                if index < len(taken) and taken[index] == stretch:
                    continue
                if any(stretch.overlaps(neighbour) for neighbour in taken[max(0, index - 1) : index + 1]):
                    return False
                new.append((taken, stretch))
        for taken, stretch in new:
            insort(taken, stretch)
        return True


def _with_fixes(findings: Iterable[Finding]) -> Iterable[tuple[Finding, Fix]]:
    return ((finding, finding.fix) for finding in findings if finding.fix is not None)


def _source_order(item: tuple[Finding, Fix]) -> tuple[object, ...]:
    """By file and place of the first change there; the rest makes the order independent of the one given."""
    finding, fix = item
    first = min((edit.span for edit in fix.edits if edit.filename == finding.filename), default=finding.span)
    edits = [(edit.filename, edit.span, edit.text) for edit in fix.edits]
    return (finding.filename, min(first, finding.span), finding.span, finding.code, finding.message, fix.title, edits)


def _change(finding: Finding, fix: Fix, texts: _Texts) -> _Change | None:
    """The stretches of a fix; none when it changes nothing, lies outside a file or overlaps with itself."""
    stretches: dict[str, list[_Stretch]] = {}
    changes_something = False
    for edit in dict.fromkeys(fix.edits):
        text = texts[edit.filename]
        stretch = _stretch(edit, text)
        if stretch is None:
            return None
        changes_something = changes_something or text.text[stretch.start : stretch.end] != stretch.text
        stretches.setdefault(edit.filename, []).append(stretch)
    sound = changes_something and not any(
        one.overlaps(next_one) for wanted in stretches.values() for one, next_one in pairwise(sorted(wanted))
    )
    return _Change(finding, stretches) if sound else None


def _stretch(edit: Edit, text: SourceText) -> _Stretch | None:
    """An edit as a stretch of the text, its line ends those of the file; none when there is no such stretch."""
    span = edit.span
    for row, column in ((span.row, span.column), (span.end_row, span.end_column)):
        if not 1 <= row <= len(text.lines) + 1 or not 1 <= column <= len(text.line(row)) + 1:
            return None
    start, end = text.offset(span.row, span.column), text.offset(span.end_row, span.end_column)
    return _Stretch(start, end, edit.text.replace("\n", text.newline)) if start <= end else None


class _SortedOut(NamedTuple):
    """Changes sorted by what comes of them, and the new bytes of the files that the sound ones change."""

    contents: dict[str, bytes]
    sound: list[_Change]
    wrong: list[_Change]
    late: list[_Change]


def _sorted_out(changes: Sequence[_Change], texts: _Texts) -> _SortedOut:
    """Make all of the changes that leave files which Python can read.

    Usually all of them do. Where not, halves are tried, so that a single wrong one among many is found with few
    attempts; halves that only work apart are made in two passes.
    """
    contents = _rewritten(changes, texts)
    if contents is not None:
        return _SortedOut(contents, list(changes), [], [])
    if len(changes) == 1:
        return _SortedOut({}, [], list(changes), [])
    middle = len(changes) // 2
    first, second = _sorted_out(changes[:middle], texts), _sorted_out(changes[middle:], texts)
    wrong = [*first.wrong, *second.wrong]
    contents = _rewritten([*first.sound, *second.sound], texts)
    if contents is not None:
        return _SortedOut(contents, [*first.sound, *second.sound], wrong, [*first.late, *second.late])
    return _SortedOut(first.contents, first.sound, wrong, [*first.late, *second.sound, *second.late])


def _rewritten(changes: Sequence[_Change], texts: _Texts) -> dict[str, bytes] | None:
    """The new bytes of the changed files, none when one of them could not be read any more."""
    stretches: dict[str, set[_Stretch]] = {}
    for change in changes:
        for path, wanted in change.stretches.items():
            stretches.setdefault(path, set()).update(wanted)
    contents: dict[str, bytes] = {}
    for path, wanted_here in stretches.items():
        data = _spliced(texts[path], sorted(wanted_here))
        # What is changed in a template is a comment.
        if data is None or not (is_template(path) or _is_sound(data, texts[path])):
            return None
        contents[path] = data
    return contents


def _spliced(source: SourceText, stretches: Iterable[_Stretch]) -> bytes | None:
    """The bytes of a file with some stretches replaced, in order; none when its encoding lacks a character."""
    pieces: list[str] = []
    position = 0
    for start, end, text in stretches:
        pieces += (source.text[position:start], text)
        position = end
    pieces.append(source.text[position:])
    try:
        return source.to_bytes("".join(pieces))
    except ValueError:
        return None


def _is_sound(data: bytes, before: SourceText) -> bool:
    """Whether Python takes the new bytes as it took the old text.

    A file may parse and still not compile (an ``await`` outside an async function); only one that did not do so before
    may go on not to.
    """
    try:
        text = SourceText.from_bytes(data).text
    except SourceError:
        return False
    return _takes(_compiled, text) or (_takes(ast.parse, text) and not _takes(_compiled, before.text))


def _compiled(text: str) -> object:
    return compile(text, "<fixed>", "exec", dont_inherit=True)


def _takes(reader: Callable[[str], object], text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
