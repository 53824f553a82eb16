"""Edits: the text of a node, and the few ways to change it."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit, Span
from durable_lint.model.module import Module


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
