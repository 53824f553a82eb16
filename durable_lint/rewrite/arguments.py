"""Arguments: one more keyword for a call, written as those that are there are written."""

from __future__ import annotations

import ast
import re

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit, Span
from durable_lint.model.module import Module
from durable_lint.rewrite.edits import is_exact

_SIGNS = re.compile(r"(?P<skipped>\s+|\\(?:\r\n|\r|\n))|(?P<comment>#[^\r\n]*)|(?P<bracket>\))|(?P<comma>,)")
Argument = ast.expr | ast.keyword


@dataclass(frozen=True, slots=True)
class _Tail:
    """What stands behind the last argument of a call, as offsets.

    ``end`` is behind the argument with its brackets, ``comma`` behind the comma that follows, ``comment`` behind a
    comment on the same line.
    """

    end: int
    comma: int | None
    comment: int | None


def keyword_added(module: Module, call: ast.Call, keyword: str, value: str) -> tuple[Edit, ...] | None:
    """Edits that give a call one more keyword argument, behind its last one.

    One argument a line and a comma behind the last one are kept up. ``None`` for a call that spreads arguments, that
    has the keyword, whose only argument is a bare generator, or that stands in an f-string.
    """
    spreads = any(isinstance(argument, ast.Starred) for argument in call.args)
    if spreads or any(item.arg in (None, keyword) for item in call.keywords) or not is_exact(module, call):
        return None
    source, whole = module.text.text, module.text.span(call)
    closing = module.text.offset(whole.end_row, whole.end_column) - 1
    text = f"{keyword}={value}"
    given: list[Argument] = [*call.args, *call.keywords]
    if not given:
        opening = source.rfind("(", 0, closing)
        return (_insertion(module, closing, text),) if not source[opening + 1 : closing].strip() else None
    last = max(given, key=lambda argument: module.text.span(argument)[2:])
    tail = _tail(module, last, closing)
    return None if tail is None else _behind(module, last, tail, text)


def _tail(module: Module, last: Argument, closing: int) -> _Tail | None:
    """What stands between the last argument and the closing bracket of the call."""
    source, span = module.text.text, module.text.span(last)
    position = end = module.text.offset(span.end_row, span.end_column)
    comma = comment = None
    is_same_line = True
    while position < closing:
        match = _SIGNS.match(source, position, closing)
        if match is None:
            return None
        position = match.end()
        match match.lastgroup:
            case "bracket":
                end, comment, is_same_line = position, None, True
            case "comma":
                comma, comment, is_same_line = position, None, True
            case "comment" if is_same_line:
                comment = position
            case "skipped" if match.group().strip(" \t\f"):
                is_same_line = False
    return _Tail(end, comma, comment) if position == closing else None


def _behind(module: Module, last: Argument, tail: _Tail, text: str) -> tuple[Edit, ...]:
    span = module.text.span(last)
    in_front = module.text.line(span.row)[: span.column - 1]
    blanks = in_front[: len(in_front) - len(in_front.lstrip(" \t\f"))]
    if in_front.strip(" \t\f("):
        if tail.comma is None:
            return (_insertion(module, tail.end, f", {text}"),)
        return (_insertion(module, tail.comma, f" {text},"),)
    if tail.comma is not None:
        return (_insertion(module, tail.comment or tail.comma, f"\n{blanks}{text},"),)
    if tail.comment is None:
        return (_insertion(module, tail.end, f",\n{blanks}{text}"),)
    return (_insertion(module, tail.end, ","), _insertion(module, tail.comment, f"\n{blanks}{text}"))


def _insertion(module: Module, offset: int, text: str) -> Edit:
    row, column = module.text.place(offset)
    return Edit(module.path, Span(row, column, row, column), text)
