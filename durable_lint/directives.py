"""What a run has to say about suppression comments: of no use (DUR002), or not what they look like (DUR003)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from durable_lint.finding import Edit, Finding, Fix, Safety, Severity, Span
from durable_lint.source.suppression import Directive, Kind, Suppressions

UNUSED = "DUR002"
MISREAD = "DUR003"

_OURS = re.compile(r"DUR[0-9]+", re.ASCII | re.IGNORECASE)
_MEANT_FOR_US = re.compile(r"DUR(?=[\d_-]|$)|durable[-_]", re.ASCII | re.IGNORECASE)
_NAMED_NEXT = re.compile(r"[\s:=,(\[-]*(?P<name>[A-Z][\w-]*)", re.ASCII | re.IGNORECASE)


def unused(
    filename: str, suppressions: Suppressions, findings: Iterable[Finding], is_judged: Callable[[str], bool]
) -> Iterator[Finding]:
    """A finding for every ``noqa`` code that silences none of the findings of the file, selected or not.

    ``is_judged`` says of one of our codes, or the beginning of some, whether the run could have found it.
    """
    useless: dict[Directive, list[int]] = {}
    for directive, index in suppressions.unused(findings, lambda code: _is_ours(code) and is_judged(code)):
        useless.setdefault(directive, []).append(index)
    for directive, indexes in useless.items():
        fix = removal(filename, suppressions, directive, indexes)
        reason = "durable-lint finds nothing here that it would silence" if directive.heard else _UNHEARD
        for index in indexes:
            message = f"unused `noqa` for {directive.codes[index]}: {reason}"
            yield _finding(UNUSED, filename, _code_span(directive, index), message, "remove it", fix)


_UNHEARD = "only the first `noqa` of a line is read, put the codes there"


def removal(filename: str, suppressions: Suppressions, directive: Directive, useless: Sequence[int]) -> Fix | None:
    """Take some codes out of a ``noqa`` comment, or all of it where no other code is left.

    What else stands in the comment is kept; nothing is offered where that would then mean something of its own.
    """
    row, line = directive.row, suppressions.line(directive.row)
    if len(useless) < len(directive.codes):
        return _removed_codes(filename, line, directive, useless)
    before, rest = line[: directive.column - 1], directive.rest.lstrip()
    if suppressions.hides_another(directive) or _SPEAKS.match(rest):
        return None
    title = "Remove the `noqa` comment"
    if rest:
        kept = len(line) - len(rest) + 1
        return _fix(title, filename, Span(row, directive.column, row, kept), "" if rest.startswith("#") else "# ")
    if not before.strip() and not suppressions.line(row - 1).endswith("\\"):
        return _fix(title, filename, Span(row, 1, row + 1, 1), "")
    return _fix(title, filename, Span(row, len(before.rstrip()) + 1, row, len(line) + 1), "")


_SPEAKS = re.compile(r"[\w. -]*[:=]|no[a-z]", re.IGNORECASE)
"""What some tool could take for an order when a comment begins with it."""


def _removed_codes(filename: str, line: str, directive: Directive, useless: Sequence[int]) -> Fix:
    """The list of codes without some of them, those that stay separated as they were."""
    codes, columns = directive.codes, directive.code_columns
    ends = [column + len(code) for code, column in zip(codes, columns, strict=True)]
    stay = [index for index in range(len(codes)) if index not in useless]
    untils = [ends[index] if index == stay[-1] else columns[index + 1] for index in stay]
    pieces = [line[columns[index] - 1 : until - 1] for index, until in zip(stay, untils, strict=True)]
    gone = ", ".join(codes[index] for index in useless)
    span = Span(directive.row, columns[0], directive.row, ends[-1])
    return _fix(f"Remove {gone} from the `noqa` comment", filename, span, "".join(pieces))


def _fix(title: str, filename: str, span: Span, text: str) -> Fix:
    return Fix(title, Safety.SAFE, (Edit(filename, span, text),))


def misread(filename: str, suppressions: Suppressions, catalog: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for every comment that does something else than it says; ``catalog`` holds our rules' names by code."""
    for directive in suppressions.directives:
        if directive.kind is Kind.UNKNOWN:
            yield _finding(
                MISREAD, filename, _span(directive), "durable-lint does not know this comment", _OWN_COMMENTS
            )
        elif directive.kind is Kind.NOQA and directive.heard and not directive.codes:
            yield from _accidents(filename, directive, catalog)
        for index, code in enumerate(directive.codes):
            if _is_ours(code) and not any(known.startswith(code) for known in catalog):
                yield _finding(
                    MISREAD,
                    filename,
                    _code_span(directive, index),
                    f"`{directive.kind.value}` names {code}, which is no rule: it silences nothing",
                    _instead(code, catalog),
                )


_OWN_COMMENTS = "write `# durable-lint: disable-file`, `… disable-file=DUR105,DUR2` or `# durable-lint: deterministic`"


def _accidents(filename: str, directive: Directive, catalog: Mapping[str, str]) -> Iterator[Finding]:
    """Flake8 takes ``# noqa: wall-clock`` for a bare ``# noqa`` and hides every finding of every tool on the line."""
    match = _NAMED_NEXT.match(directive.rest)
    if match is None:
        return
    name = match["name"]
    code = next((code for code, known in catalog.items() if known == name.lower()), None)
    if code is None and not _MEANT_FOR_US.match(name):
        return
    end = directive.end_column + match.end("name")
    span = Span(directive.row, directive.column, directive.row, end)
    written = code or name.upper()
    example = written if any(known.startswith(written) for known in catalog) else "DUR101"
    message = "this `noqa` silences every finding of every tool on the line: what follows is not read as a code"
    yield _finding(MISREAD, filename, span, message, f"write `# noqa: {example}`")


def _instead(code: str, catalog: Mapping[str, str]) -> str:
    if any(known.startswith(code.upper()) for known in catalog):
        return f"codes are read as written: `{code.upper()}`"
    from difflib import get_close_matches

    close = get_close_matches(code.upper(), catalog, 1)
    return f"did you mean {close[0]}?" if close else "`durable-lint rule` lists the rules"


def _is_ours(code: str) -> bool:
    return _OURS.fullmatch(code) is not None


def _span(directive: Directive) -> Span:
    return Span(directive.row, directive.column, directive.row, directive.end_column)


def _code_span(directive: Directive, index: int) -> Span:
    column = directive.code_columns[index]
    return Span(directive.row, column, directive.row, column + len(directive.codes[index]))


def _finding(code: str, filename: str, span: Span, message: str, help: str, fix: Fix | None = None) -> Finding:
    return Finding(code, Severity.WARNING, message, filename, span, help, noqa_row=span.row, fix=fix)
