"""Applying fixes: one pass over the contents of files. What overlaps waits for the next pass."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from durable_lint.finding import Edit, Finding, Fix
from durable_lint.source.text import SourceError, SourceText


@dataclass(frozen=True, slots=True)
class Applied:
    """What one pass did.

    ``contents`` holds the new bytes of the files that changed. ``applied`` are the findings whose fixes were made,
    ``postponed`` those that overlap with one of these, ``refused`` those whose fixes would leave a file that Python
    cannot read, or that the file's encoding cannot hold.
    """

    contents: dict[str, bytes]
    applied: tuple[Finding, ...]
    postponed: tuple[Finding, ...]
    refused: tuple[Finding, ...]


def apply(findings: Iterable[Finding], contents: Mapping[str, bytes]) -> Applied:
    """Make the fixes of findings, in source order; every file that they change must be among ``contents``.

    A fix is made as a whole or not at all. An edit that several fixes share is made once.
    """
    texts = {path: SourceText.from_bytes(data) for path, data in contents.items()}
    fixable = sorted((finding for finding in findings if finding.fix is not None), key=_in_source_order)
    accepted, postponed = _without_overlap(fixable, texts)
    changed = _rewritten(accepted, texts)
    if changed is not None:
        return Applied(changed, tuple(accepted), tuple(postponed), ())
    sound: list[Finding] = []
    refused: list[Finding] = []
    for finding in accepted:
        alone = _rewritten([finding], texts)
        (refused if alone is None else sound).append(finding)
    changed = _rewritten(sound, texts)
    while changed is None:
        postponed.append(sound.pop())
        changed = _rewritten(sound, texts)
    return Applied(changed, tuple(sound), tuple(postponed), tuple(refused))


def _in_source_order(finding: Finding) -> tuple[object, ...]:
    fix = finding.fix
    assert fix is not None
    first = min((edit.span for edit in fix.edits if edit.filename == finding.filename), default=finding.span)
    return (finding.filename, min(first, finding.span), finding.code)


def _without_overlap(
    findings: Sequence[Finding], texts: Mapping[str, SourceText]
) -> tuple[list[Finding], list[Finding]]:
    made: dict[str, set[tuple[int, int, str]]] = {}
    accepted: list[Finding] = []
    postponed: list[Finding] = []
    for finding in findings:
        new = [(edit.filename, _place(edit, texts)) for edit in _edits(finding)]
        if any(_collides(place, made.get(path, set())) for path, place in new):
            postponed.append(finding)
            continue
        accepted.append(finding)
        for path, place in new:
            made.setdefault(path, set()).add(place)
    return accepted, postponed


def _edits(finding: Finding) -> tuple[Edit, ...]:
    fix: Fix | None = finding.fix
    assert fix is not None
    return fix.edits


def _place(edit: Edit, texts: Mapping[str, SourceText]) -> tuple[int, int, str]:
    """An edit as offsets into the text, with its new text."""
    text, span = texts[edit.filename], edit.span
    return text.offset(span.row, span.column), text.offset(span.end_row, span.end_column), edit.text


def _collides(place: tuple[int, int, str], made: set[tuple[int, int, str]]) -> bool:
    if place in made:
        return False
    start, end, _ = place
    return any(
        start == other_start if start == end and other_start == other_end else start < other_end and other_start < end
        for other_start, other_end, _ in made
    )


def _rewritten(findings: Sequence[Finding], texts: Mapping[str, SourceText]) -> dict[str, bytes] | None:
    """The new bytes of the changed files, ``None`` when one of them could not be read any more."""
    places: dict[str, dict[tuple[int, int, str], None]] = {}
    for finding in findings:
        for edit in _edits(finding):
            places.setdefault(edit.filename, {})[_place(edit, texts)] = None
    changed: dict[str, bytes] = {}
    for path, edits in places.items():
        data = _spliced(texts[path], edits)
        if data is None or not _parses(data):
            return None
        if data != texts[path].to_bytes(texts[path].text):
            changed[path] = data
    return changed


def _spliced(source: SourceText, places: Iterable[tuple[int, int, str]]) -> bytes | None:
    pieces: list[str] = []
    position = 0
    for start, end, text in sorted(places, key=lambda place: place[:2]):
        pieces.append(source.text[position:start])
        pieces.append(text.replace("\n", source.newline))
        position = end
    pieces.append(source.text[position:])
    try:
        return source.to_bytes("".join(pieces))
    except UnicodeEncodeError:
        return None


def _parses(data: bytes) -> bool:
    try:
        text = SourceText.from_bytes(data).text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
