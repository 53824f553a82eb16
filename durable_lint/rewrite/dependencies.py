"""Dependencies: what a piece of code takes from the functions round it, so that it can stand elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from durable_lint.model.module import Module
from durable_lint.model.scope import all_arguments, facts_of, walk_body
from durable_lint.model.things import FunctionNode
from durable_lint.rewrite.bindings import home_of
from durable_lint.source.walk import children, walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MOVABLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.With, ast.For, ast.If, ast.Pass)
_STAYING = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_OF_THE_PLACE = frozenset({"super", "__class__", "locals", "vars", "eval", "exec", "globals", "dir"})


def can_stand_elsewhere(code: Sequence[ast.AST]) -> bool:
    """Whether code means the same in another function once it is given the values that it reads.

    Control that leaves it, names that it binds within an expression, and what looks at its own scope forbid that.
    """
    for node in walk(code):
        if isinstance(node, _STAYING) or (isinstance(node, ast.stmt) and not isinstance(node, _MOVABLE)):
            return False
        if isinstance(node, ast.Name) and node.id in _OF_THE_PLACE:
            return False
        if isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__"):
            return False
    return True


def names_taken(module: Module, code: Sequence[ast.AST], given: frozenset[str] = frozenset()) -> list[str] | None:
    """The local names of the functions round it that code reads, in order, without those in ``given``.

    ``None`` when one of them is an import of its function or a name of a class body, which cannot be handed on.
    """
    taken: list[str] = []
    for name in dict.fromkeys(_Reader().read(code)):
        if name in given:
            continue
        scope = home_of(module, code[0], name)
        if isinstance(scope, ast.ClassDef) or (isinstance(scope, _FUNCTIONS) and name in facts_of(scope).imported):
            return None
        if scope is not module.tree:
            taken.append(name)
    return taken


def enclosing_functions(module: Module, node: ast.AST) -> Iterator[FunctionNode]:
    """The functions and lambdas that a node stands in, from the inside out."""
    return (outer for outer in module.ancestors(node) if isinstance(outer, _FUNCTIONS))


def names_bound(code: Sequence[ast.stmt]) -> set[str]:
    """The local names that statements assign."""
    return {
        node.id for node in walk_body(code) if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))
    }


class _Reader:
    """The names that code reads before it binds them itself, in the order of evaluation."""

    def __init__(self) -> None:
        self._bound: set[str] = set()

    def read(self, code: Sequence[ast.AST]) -> Iterator[str]:
        for node in code:
            yield from self._node(node)

    def _node(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Name(ctx=ast.Load()):
                if node.id not in self._bound:
                    yield node.id
            case ast.Name():
                self._bound.add(node.id)
            case ast.Assign():
                yield from self.read([node.value, *node.targets])
            case ast.AnnAssign():
                yield from self.read([*([node.value] if node.value else []), node.target])
            case ast.AugAssign():
                if isinstance(node.target, ast.Name) and node.target.id not in self._bound:
                    yield node.target.id
                yield from self.read([node.value, node.target])
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    yield from self.read([value] if key is None else [key, value])
            case ast.For():
                yield from self._node(node.iter)
                yield from self._inside([node.target, *node.body, *node.orelse])
            case ast.If():
                yield from self._node(node.test)
                yield from self._inside(node.body)
                yield from self._inside(node.orelse)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                parts = [part for g in node.generators for part in (g.iter, g.target, *g.ifs)]
                yield from self._inside([*parts, *elements])
            case ast.Lambda():
                defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
                yield from self.read(defaults)
                own = {argument.arg for argument in all_arguments(node.args)}
                yield from (name for name in self._inside([node.body]) if name not in own)
            case _:
                yield from self.read(children(node))

    def _inside(self, code: Sequence[ast.AST]) -> Iterator[str]:
        """What code reads that may not run, or binds names of its own: what it binds is not bound behind it."""
        before = set(self._bound)
        yield from self.read(code)
        self._bound = before
