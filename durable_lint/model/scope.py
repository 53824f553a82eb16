"""Scopes: the names of one running function, comprehension or lambda, chained to what encloses it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from durable_lint.dataclasses import dataclass
from durable_lint.model.effects import Effect
from durable_lint.model.module import target_names
from durable_lint.model.things import FunctionNode
from durable_lint.model.values import Value
from durable_lint.model.weight import light
from durable_lint.source.walk import children, kept, walk


class Scope:
    """The local names of one evaluation; ``version`` counts writes, so that memories of calls know when they are
    stale.
    """

    __slots__ = ("names", "own", "parent", "redirected", "version")

    def __init__(self, parent: Scope | None, own: frozenset[str], redirected: frozenset[str] = frozenset()) -> None:
        self.parent = parent
        self.own = own
        self.redirected = redirected
        self.names: dict[str, Value] = {}
        self.version = 0

    def find(self, name: str) -> tuple[Scope, Value] | None:
        """The nearest scope that holds a name, with its value."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name)
            if value is not None and name not in scope.redirected:
                return scope, value
            scope = scope.parent
        return None

    def bind(self, name: str, value: Value) -> None:
        """Bind a local name."""
        value = light(value)
        if self.names.get(name) != value:
            self.names[name] = value
            self.version += 1

    def replace(self, names: dict[str, Value]) -> None:
        """Put another state of the names in place (another branch, a join)."""
        if names != self.names:
            self.version += 1
        self.names = dict(names)  # a copy even when nothing differs: the old state may be kept for a join

    def retaint(self, mapping: Mapping[Effect, Effect | None]) -> None:
        """Exchange effects in the names of this scope and all around it: a closure has changed some of them."""
        scope: Scope | None = self
        while scope is not None:
            for name, value in list(scope.names.items()):
                scope.bind(name, value.retaint(mapping))
            scope = scope.parent

    def key(self) -> tuple[object, ...]:
        """Identity and state of this scope and all around it."""
        parts: list[object] = []
        scope: Scope | None = self
        while scope is not None:
            parts.append(scope)
            parts.append(scope.version)
            scope = scope.parent
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What the text of a function says before it is evaluated."""

    own: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    redirected: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    yields: bool = False


@kept
def facts_of(node: FunctionNode) -> FunctionFacts:
    """The local names of a function and whether it yields, from one walk that stays out of nested functions."""
    own = {argument.arg for argument in all_arguments(node.args)}
    imported: set[str] = set()
    redirected: set[str] = set()
    global_names: set[str] = set()
    yields = False
    if isinstance(node, ast.Lambda):
        return FunctionFacts(frozenset(own), yields=_yields(node.body))
    for child in walk_body(node.body):
        match child:
            case ast.Name(ctx=ast.Store()):
                own.add(child.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                own.add(child.name)
            case ast.Import() | ast.ImportFrom():
                imported.update(alias.asname or alias.name.partition(".")[0] for alias in child.names)
            case ast.ExceptHandler(name=str(name)):
                own.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                own.add(name)
            case ast.Global():
                redirected.update(child.names)
                global_names.update(child.names)
            case ast.Nonlocal():
                redirected.update(child.names)
            case ast.Yield() | ast.YieldFrom():
                yields = True
    own = (own | imported) - redirected
    return FunctionFacts(frozenset(own), frozenset(imported), frozenset(redirected), frozenset(global_names), yields)


def _yields(expression: ast.expr) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk([expression]))


def walk_body(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a function's body that runs in it: nested functions and classes are named, not entered."""
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stack.extend([*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)])
        elif not isinstance(node, (ast.Lambda, ast.ClassDef)):
            stack += children(node)


def all_arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter, in order, with ``*args`` and ``**kwargs``."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg:
        yield arguments.kwarg


def loaded_names(node: ast.AST) -> frozenset[str]:
    """Every name that is read in a function or in what it encloses."""
    return frozenset(
        inner.id for inner in walk([node]) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    )


def assigned_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Names that a loop body may change: assigned, or changed in place through an item, an attribute or a method."""
    names = stored_names(nodes)
    for node in walk_body(nodes):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names.update(_base(node.func.value))
    return names


def stored_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Names that statements assign, or change in place through an item or an attribute."""
    names: set[str] = set()
    for node in walk_body(nodes):
        match node:
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                names.update(_base(node))
            case ast.AugAssign():
                names.update(_base(node.target))
    return names


def _base(node: ast.AST) -> Iterator[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    yield from target_names(node)
