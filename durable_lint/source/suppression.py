"""Comments that speak to the linter: ``# noqa``, ``# flake8: noqa`` and ``# durable-lint: ...``.

``noqa`` means exactly what it means to flake8 7, because the same file is checked through both doors: the expression,
the lines a comment covers, and codes that are prefixes. Source of fact: ``flake8.defaults`` and
``FileProcessor._noqa_line_mapping``; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from durable_lint.dataclasses import dataclass
from durable_lint.source.text import SourceError, SourceText

if TYPE_CHECKING:
    from tokenize import TokenInfo

    from durable_lint.finding import Finding

_NOQA = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_NOQA_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_NOQA_CODE = re.compile(r"[^,\s]+")
_OURS = re.compile(
    r"#\s*durable-lint:\s*(?P<verb>[\w-]*)(?P<equals>\s*=\s*)?(?(equals)(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?)",
    re.ASCII | re.IGNORECASE,
)
_CODE_NEXT = re.compile(r"[\s:=(\[]*[A-Z]+[0-9]", re.IGNORECASE)
_SPANS = re.compile(
    r"#[^\n]*|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\\\r?\n",
    re.DOTALL,
)
_CONTINUED = re.compile(r"\"\"\"|'''|\\[\r\n]")


class Kind(Enum):
    """What a comment asks for."""

    NOQA = "noqa"
    DISABLE_FILE = "disable-file"
    DETERMINISTIC = "deterministic"
    UNKNOWN = "unknown"  # `# durable-lint:` and then nothing that durable-lint knows


@dataclass(frozen=True, slots=True)
class Directive:
    """One request in one comment, as written; columns count from 1 in characters, the end is exclusive.

    ``codes`` are the codes it names, at the columns ``code_columns``; none means every code. ``rest`` is what follows
    in the comment. ``heard`` is false when nothing reads it: a second ``noqa`` on a line.
    """

    kind: Kind
    row: int
    column: int
    end_column: int
    codes: tuple[str, ...] = ()
    code_columns: tuple[int, ...] = ()
    rest: str = ""
    heard: bool = True


@dataclass(frozen=True, slots=True)
class _Silence:
    """What flake8 reads on one logical stretch of lines: where the ``noqa`` starts, and the codes (None: all)."""

    row: int
    column: int
    codes: tuple[str, ...] | None


class Suppressions:
    """What the comments of one file ask for. Tokenizes the file only when one of them may be there."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._has_noqa = _NOQA.search(text.text) is not None
        self._speaks_to_us = _OURS.search(text.text) is not None

    @classmethod
    def from_text(cls, text: SourceText) -> Suppressions:
        """The suppressions in a file."""
        return cls(text)

    @classmethod
    def from_bytes(cls, data: bytes) -> Suppressions:
        """The suppressions in the bytes of a file; none where they cannot be decoded."""
        try:
            return cls(SourceText.from_bytes(data))
        except SourceError:
            return cls(SourceText(""))

    def silences(self, finding: Finding, *, noqa: bool = True, blanket: bool = True) -> bool:
        """Whether a comment silences the finding.

        Without ``noqa`` only ``# durable-lint: disable-file`` counts, without ``blanket`` no ``noqa`` on the line that
        names no codes: what is said about such a comment must not be hidden by it.
        """
        if any(
            directive.kind is Kind.DISABLE_FILE and _covers(directive.codes or None, finding.code)
            for directive in self.directives
        ):
            return True
        if not noqa:
            return False
        if self._whole_file:
            return True
        silence = self._silence_at(finding.span.row)
        if silence is None or (silence.codes is None and not blanket):
            return False
        return _covers(silence.codes, finding.code)

    def unused(self, findings: Iterable[Finding], is_judged: Callable[[str], bool]) -> Iterator[tuple[Directive, int]]:
        """Each ``noqa`` code that silences none of the findings, as its directive and the index of the code.

        ``findings`` are all that were found in the file, selected or not; ``is_judged`` says of a code as written
        whether this run can tell that it is of no use. Blanket comments are left to flake8.
        """
        silenced: dict[int, set[str]] = {}
        for finding in findings:
            silenced.setdefault(self._stretch(finding.span.row)[0], set()).add(finding.code)
        for directive in self.directives:
            if directive.kind is not Kind.NOQA:
                continue
            here = silenced.get(self._stretch(directive.row)[0], set()) if directive.heard else set()
            for index, code in enumerate(directive.codes):
                if is_judged(code) and not any(found.startswith(code) for found in here):
                    yield directive, index

    def line(self, row: int) -> str:
        """The text of a row without its end; empty outside the file."""
        return self._text.line(row)

    def hides_another(self, directive: Directive) -> bool:
        """Whether a further ``noqa`` would be heard if this one were not there."""
        first, last = self._stretch(directive.row)
        lines = self._text.lines[first - 1 : last]
        return directive.heard and sum(len(_NOQA.findall(line)) for line in lines) > 1

    def noqa_row(self, row: int) -> int:
        """The row on which a ``noqa`` comment for a finding at ``row`` belongs: the last of its stretch of lines."""
        return self._stretch(row)[1]

    def deterministic_lines(self) -> set[int]:
        """The rows of code for which a person vouches with ``# durable-lint: deterministic``.

        A trailing comment counts for its own row, a comment alone on its line for the next row that is none.
        """
        rows = set()
        for directive in self.directives:
            if directive.kind is Kind.DETERMINISTIC:
                row = directive.row
                while self._text.line(row).lstrip().startswith("#"):
                    row += 1
                rows.add(row)
        return rows

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        """Every directive in a comment, in order. Text in strings is none, though flake8 hears a ``noqa`` there."""
        if not (self._has_noqa or self._speaks_to_us):
            return ()
        found: list[Directive] = []
        for token in self._comments:
            found.extend(self._noqa_directives(token))
            found.extend(_own_directives(token))
        return tuple(found)

    def _noqa_directives(self, token: TokenInfo) -> Iterator[Directive]:
        row, start = token.start
        for match in _NOQA.finditer(token.string):
            column = start + match.start() + 1
            codes = list(_NOQA_CODE.finditer(token.string, *match.span("codes"))) if match["codes"] else []
            silence = self._silence_at(row)
            yield Directive(
                Kind.NOQA,
                row,
                column,
                start + match.start() + len(match.group().rstrip(", \t")) + 1,
                tuple(code.group() for code in codes),
                tuple(start + code.start() + 1 for code in codes),
                token.string[match.end() :],
                heard=silence is not None and (silence.row, silence.column) == (row, column),
            )

    @cached_property
    def _whole_file(self) -> bool:
        return "flake8" in self._text.text.lower() and any(_NOQA_FILE.match(line) for line in self._text.lines)

    def _silence_at(self, row: int) -> _Silence | None:
        if not self._has_noqa:
            return None
        first, last = self._stretch(row)
        return self._silence(first, last)

    def _silence(self, first: int, last: int) -> _Silence | None:
        """The first ``noqa`` in a stretch of lines, which is the only one that flake8 reads."""
        lines = self._text.lines[first - 1 : last]
        match = _NOQA.search("".join(f"{line}\n" for line in lines))
        if match is None:
            return None
        before = match.string[: match.start()]
        codes = None if match["codes"] is None else tuple(_NOQA_CODE.findall(match["codes"]))
        return _Silence(first + before.count("\n"), len(before) - before.rfind("\n"), codes)

    def _stretch(self, row: int) -> tuple[int, int]:
        """The first and last of the rows that share a ``noqa`` with a row."""
        return self._stretches.get(row, (row, row))

    @cached_property
    def _stretches(self) -> dict[int, tuple[int, int]]:
        """The rows that belong to a stretch of several lines: multi-line strings and backslash continuations."""
        if not _CONTINUED.search(self._text.text):
            return {}
        if not self._has_noqa:
            return _scanned_stretches(self._text.text)
        tokens = self._tokens
        if tokens is None:
            return {}
        from tokenize import DEDENT, ENDMARKER, NEWLINE, NL

        stretches: dict[int, tuple[int, int]] = {}
        first = last = 0
        for token in tokens:
            if token.type in (ENDMARKER, DEDENT):
                continue
            first = min(first or token.start[0], token.start[0])
            last = max(last, token.end[0])
            if token.type in (NL, NEWLINE):
                if last > first:
                    stretches.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first = last = 0
        return stretches

    @cached_property
    def _comments(self) -> list[TokenInfo]:
        from tokenize import COMMENT

        return [token for token in self._tokens or () if token.type == COMMENT]

    @cached_property
    def _tokens(self) -> list[TokenInfo] | None:
        """The file's tokens; None when it cannot be tokenized, for which flake8 goes by single lines."""
        from tokenize import TokenError, generate_tokens  # 5 ms that a file without comments for us need not cost

        lines = (f"{line}\n" for line in self._text.lines)
        try:
            return list(generate_tokens(lambda: next(lines, "")))
        except (TokenError, SyntaxError):
            return None


def _scanned_stretches(text: str) -> dict[int, tuple[int, int]]:
    """The stretches by a scan for strings and continuations: twenty times faster than tokens, and exact enough to say
    where a ``noqa`` would go in a file that has none (quotes nested in an f-string of Python 3.12 can mislead it)."""
    stretches: dict[int, tuple[int, int]] = {}
    row, position = 1, 0
    for match in _SPANS.finditer(text):
        if "\n" not in match.group():
            continue
        row += text.count("\n", position, match.start())
        position = match.start()
        last = row + match.group().count("\n")
        first = stretches.get(row, (row, row))[0]
        stretches.update(dict.fromkeys(range(first, last + 1), (first, last)))
    return stretches


def _covers(codes: tuple[str, ...] | None, code: str) -> bool:
    return codes is None or code.startswith(codes)


def _own_directives(token: TokenInfo) -> Iterator[Directive]:
    """The ``# durable-lint: ...`` requests in a comment."""
    row, start = token.start
    for match in _OURS.finditer(token.string):
        codes = list(_NOQA_CODE.finditer(token.string, *match.span("codes"))) if match["codes"] else []
        rest = token.string[match.end() :]
        yield Directive(
            _own_kind(match, rest),
            row,
            start + match.start() + 1,
            start + match.start() + len(match.group().rstrip()) + 1,
            tuple(code.group() for code in codes),
            tuple(start + code.start() + 1 for code in codes),
            rest,
        )


def _own_kind(match: re.Match[str], rest: str) -> Kind:
    if match["verb"] == "deterministic" and not match["equals"]:
        return Kind.DETERMINISTIC
    # A slip in the list of codes must not silence the whole file.
    slipped = not match["codes"] and (match["equals"] or _CODE_NEXT.match(rest))
    return Kind.DISABLE_FILE if match["verb"] == "disable-file" and not slipped else Kind.UNKNOWN
