"""Sizes: how many items a value has, and how often a loop over it goes round, where that is certain."""

from __future__ import annotations

import ast
from math import prod
from typing import TYPE_CHECKING

from durable_lint.model.module import nested_statements
from durable_lint.model.things import Mapping, Sequence
from durable_lint.model.values import Value

if TYPE_CHECKING:
    from durable_lint.model.body import Body

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
"""Statements whose own statements run at another time."""


def fewest(value: Value) -> int | None:
    """The least number of items that a value can have; ``None`` when it is not known of every alternative."""
    counts = _counts(value)
    return min(counts) if counts else None


def most(value: Value) -> int | None:
    """The greatest number of items that a value can have; ``None`` when it is not known of every alternative."""
    counts = _counts(value)
    return max(counts) if counts else None


def _counts(value: Value) -> list[int]:
    counts = [None if value.partial else _count(thing) for thing in value.things]
    known = [count for count in counts if count is not None]
    return known if len(known) == len(counts) else []


def _count(thing: object) -> int | None:
    if isinstance(thing, Sequence):
        return thing.count
    return len(thing.entries) if isinstance(thing, Mapping) and thing.entries and thing.is_visible else None


def rounds(body: Body, loop: ast.AST) -> int | None:
    """How often a loop or comprehension of this body goes round at least, ``None`` when that is not certain: over
    input of unknown size, with conditions, or with a way out.
    """
    match loop:
        case ast.For() | ast.AsyncFor():
            return None if leaves_early(loop) else _seen(body, loop.iter)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            counts = [_seen(body, part.iter) for part in loop.generators if not part.ifs]
            known = [count for count in counts if count is not None]
            return prod(known) if len(known) == len(loop.generators) else None
    return None


def _seen(body: Body, iterated: ast.expr) -> int | None:
    known = body.iterated.get(iterated)
    return None if known is None else fewest(known.source)


def leaves_early(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """Whether a ``break``, ``return`` or ``raise`` may end a loop before its time."""
    pending = [(statement, True) for statement in loop.body]
    while pending:
        statement, in_loop = pending.pop()
        if isinstance(statement, (ast.Return, ast.Raise)) or (in_loop and isinstance(statement, ast.Break)):
            return True
        if not isinstance(statement, DEFINITIONS):
            inside = in_loop and not isinstance(statement, (ast.For, ast.AsyncFor, ast.While))
            pending.extend((inner, inside) for inner in nested_statements(statement))
    return False
