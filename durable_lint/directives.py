"""What a run has to say about suppression comments: of no use (DUR002), or not what they look like (DUR003)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from durable_lint.finding import Finding, Severity, Span
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
    for directive, index in suppressions.unused(findings, lambda code: _is_ours(code) and is_judged(code)):
        code = directive.codes[index]
        reason = "durable-lint finds nothing here that it would silence" if directive.heard else _UNHEARD
        yield _finding(
            UNUSED, filename, _code_span(directive, index), f"unused `noqa` for {code}: {reason}", "remove it"
        )


_UNHEARD = "only the first `noqa` of a line is read, put the codes there"


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


def _finding(code: str, filename: str, span: Span, message: str, help: str) -> Finding:
    return Finding(code, Severity.WARNING, message, filename, span, help, noqa_row=span.row)
