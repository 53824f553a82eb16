"""Indexing: an index for a loop that goes through its elements without one."""

from __future__ import annotations

import ast

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Edit
from durable_lint.model.body import Body
from durable_lint.model.module import Module, target_names
from durable_lint.model.scope import all_arguments
from durable_lint.model.things import Sequence
from durable_lint.model.values import UNKNOWN
from durable_lint.rewrite.conversions import is_builtin
from durable_lint.rewrite.edits import inserted_before, is_exact, replaced, source_of
from durable_lint.rewrite.loops import COMPREHENSIONS, FUNCTIONS, LOOPS, Loop
from durable_lint.source.walk import walk

_NAMES = ("index", "position", "number")


@dataclass(frozen=True, slots=True)
class Indexed:
    """The name of a loop's index, and the edits that make it."""

    name: str
    edits: tuple[Edit, ...]


def indexed(body: Body, loop: Loop) -> Indexed | None:
    """``for order in orders`` as ``for index, order in enumerate(orders)``; a number that is dropped as ``_`` is kept.

    ``None`` for ``while`` and ``async``, and where no name is free for the index.
    """
    module, head = body.module, loop.head
    if head is None or isinstance(head, ast.AsyncFor) or getattr(head, "is_async", False):
        return None
    name = _free_name(body, loop)
    if name is None or not is_exact(module, loop.node):
        return None
    dropped = _dropped_number(body, head)
    if dropped is not None:
        return Indexed(name, (replaced(module, dropped, name),))
    if not is_builtin(module, loop.node, "enumerate"):
        return None
    iterated = _in_brackets(module, head.iter)
    if isinstance(head.target, ast.Tuple):
        target = replaced(module, head.target, f"{name}, {_in_brackets(module, head.target)}")
    else:
        target = inserted_before(module, head.target, f"{name}, ")
    return Indexed(name, (target, replaced(module, head.iter, f"enumerate({iterated})")))


def _free_name(body: Body, loop: Loop) -> str | None:
    """A name for the index of a loop, by its depth: also loops in one another get different ones."""
    depth = sum(isinstance(outer, LOOPS) for outer in body.module.ancestors(loop.node))
    if isinstance(loop.node, COMPREHENSIONS) and loop.head in loop.node.generators:
        depth += loop.node.generators.index(loop.head)
    base = _NAMES[min(depth, len(_NAMES) - 1)]
    return next((name for name in (base, f"loop_{base}") if _is_free(body, loop, name)), None)


def _is_free(body: Body, loop: Loop, name: str) -> bool:
    """Whether a function uses a name at most for the index of other loops, which neither hold this one nor stand in
    it.
    """
    related = {loop.node, *body.module.ancestors(loop.node), *walk([loop.node])}
    for node in walk([body.node]):
        match node:
            case ast.arg(arg=used) | ast.ExceptHandler(name=used) | ast.MatchAs(name=used) | ast.MatchStar(name=used):
                is_used = used == name
            case ast.FunctionDef(name=used) | ast.AsyncFunctionDef(name=used) | ast.ClassDef(name=used):
                is_used = used == name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                is_used = name in names
            case ast.Name(id=used) if used == name:
                is_used = not any(
                    isinstance(outer, ast.For) and name in target_names(outer.target) and outer not in related
                    for outer in body.module.ancestors(node)
                )
            case _:
                is_used = False
        if is_used:
            return False
    return True


def _dropped_number(body: Body, head: ast.For | ast.comprehension) -> ast.Name | None:
    """The ``_`` of a target that stands for the number of a range or the index of ``enumerate``, if nobody reads it."""
    if isinstance(head.target, ast.Name):
        source = body.iterated[head.iter].source if head.iter in body.iterated else UNKNOWN
        is_number = any(isinstance(thing, Sequence) and thing.type == "builtins.range" for thing in source.things)
        dropped: ast.expr = head.target
    else:
        is_number = isinstance(head.iter, ast.Call) and ast.unparse(head.iter.func) == "enumerate"
        dropped = head.target.elts[0] if isinstance(head.target, ast.Tuple) else head.target
    if not is_number or not isinstance(dropped, ast.Name) or dropped.id != "_":
        return None
    return None if any(_reads_blank(body.module, node) for node in walk([body.node])) else dropped


def _reads_blank(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Name) or node.id != "_" or not isinstance(node.ctx, ast.Load):
        return False
    functions = (outer for outer in module.ancestors(node) if isinstance(outer, FUNCTIONS))
    return not any(argument.arg == "_" for outer in functions for argument in all_arguments(outer.args))


def _in_brackets(module: Module, node: ast.expr) -> str:
    """The text of an expression, a tuple's with its brackets."""
    text = source_of(module, node)
    if not isinstance(node, ast.Tuple) or (node.elts and node.col_offset < node.elts[0].col_offset) or not node.elts:
        return text
    return f"({text})"
