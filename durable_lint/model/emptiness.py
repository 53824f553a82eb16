"""Emptiness: which expressions a test finds empty, so that filling them is a lazy initialization."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.source.walk import walk

_MISSES = frozenset({"KeyError", "AttributeError", "NameError", "LookupError"})


def empty_then(test: ast.expr) -> Iterator[ast.expr]:
    """The expressions that a test which holds may have found empty."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from empty_else(inner)
        case ast.BoolOp(values=values):
            for value in values:
                yield from empty_then(value)
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            yield left
        case ast.Compare(left=ast.Call(args=[left]), ops=[ast.Eq()], comparators=[ast.Constant(value=0)]):
            yield left
        case ast.Compare(ops=[ast.NotIn()], comparators=[container]):
            yield container


def empty_else(test: ast.expr) -> Iterator[ast.expr]:
    """The expressions that a test which does not hold has found empty."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from empty_then(inner)
        case ast.BoolOp(values=values):
            for value in values:
                yield from empty_else(value)
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            yield left
        case ast.Compare(ops=[ast.In()], comparators=[container]):
            yield container
        case ast.Call(func=ast.Name(id="hasattr"), args=[container, _]):
            yield container
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call() | ast.NamedExpr():
            yield test


def expects_nothing_there(expected: ast.expr | None) -> bool:
    """Whether an ``except`` clause waits for what is not there yet."""
    names = {node.id for node in walk([expected]) if isinstance(node, ast.Name)} if expected is not None else set()
    return not names.isdisjoint(_MISSES)
