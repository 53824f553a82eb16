"""Edits: the text of a node, and the few ways to change it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from durable_lint.finding import Edit, Span
from durable_lint.model.module import Module

_PRIMARIES = (
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.JoinedStr,
)


def source_of(module: Module, node: ast.AST) -> str:
    """The text of a node as it stands in the file."""
    return module.text.slice(module.text.span(node))


def is_exact(module: Module, node: ast.AST) -> bool:
    """Whether the position of a node can be trusted: inside f-strings it only can since Python 3.12, and other quotes
    are wanted there.
    """
    return not any(isinstance(outer, ast.JoinedStr) for outer in module.ancestors(node))


def replaced(module: Module, node: ast.AST, text: str) -> Edit:
    """Other text for a node."""
    return Edit(module.path, module.text.span(node), text)


def attributable(node: ast.expr, text: str) -> str:
    """The text of an expression as what an attribute can be taken of."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    return text if is_text or isinstance(node, _PRIMARIES) else f"({text})"


def spliced(module: Module, node: ast.AST, parts: Iterable[tuple[ast.AST, str]]) -> str:
    """The text of a node with other text for some of the nodes in it, none of which stands in another one."""
    span = module.text.span(node)
    row, column, text = span.row, span.column, ""
    for inner, new in sorted(((module.text.span(part), new) for part, new in parts), key=lambda pair: pair[0]):
        text += module.text.slice(Span(row, column, inner.row, inner.column)) + new
        row, column = inner.end_row, inner.end_column
    return text + module.text.slice(Span(row, column, span.end_row, span.end_column))


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits of one fix, with what is inserted at one place made one insertion."""
    found: dict[tuple[str, Span, str], Edit] = {}
    for edit in dict.fromkeys(edits):
        is_insertion = edit.span[:2] == edit.span[2:]
        key = (edit.filename, edit.span, "" if is_insertion else edit.text)
        found[key] = Edit(edit.filename, edit.span, found[key].text + edit.text) if key in found else edit
    return tuple(found.values())


def inserted_before(module: Module, node: ast.AST, text: str) -> Edit:
    """Text right in front of a node."""
    span = module.text.span(node)
    return Edit(module.path, Span(span.row, span.column, span.row, span.column), text)


def inserted_after(module: Module, node: ast.AST, text: str) -> Edit:
    """Text right behind a node."""
    span = module.text.span(node)
    return Edit(module.path, Span(span.end_row, span.end_column, span.end_row, span.end_column), text)


def indentation(module: Module, node: ast.AST) -> str:
    """The blanks in front of a statement's first line."""
    line = module.text.line(module.text.span(node).row)
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def statement_of(module: Module, node: ast.AST) -> ast.stmt | None:
    """The innermost statement that a node is part of."""
    if isinstance(node, ast.stmt):
        return node
    return next((outer for outer in module.ancestors(node) if isinstance(outer, ast.stmt)), None)


def is_bare_argument(module: Module, call: ast.Call, first: ast.expr) -> bool:
    """Whether the first argument of a call stands in no brackets of its own, so that others can be put beside it."""
    function, argument = module.text.span(call.func), module.text.span(first)
    between = module.text.slice(Span(function.end_row, function.end_column, argument.row, argument.column))
    return sum(line.partition("#")[0].count("(") for line in between.split("\n")) == 1
