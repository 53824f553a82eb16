"""Bindings: which nodes of a file bind a name, in which scope, and whether they have surely run before some place."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from durable_lint.model.module import Module
from durable_lint.source.walk import walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def binders(module: Module, name: str) -> Sequence[ast.AST]:
    """Every node that binds a name anywhere in a file: names that are assigned or deleted, parameters, definitions,
    aliases of imports, ``except ... as``, captures of patterns, ``global`` and ``nonlocal``.
    """
    return _binders(module).get(name, ())


def is_free(module: Module, name: str) -> bool:
    """Whether a file could bind a name at its top without changing what any of its code means."""
    return name not in _binders(module) and name not in _names_read(module)


def scopes_of(module: Module, node: ast.AST) -> list[ast.AST]:
    """The functions, lambdas, comprehensions and classes in whose scope a node runs, from the inside out.

    A decorator, a default and an annotation run outside the function that they belong to. The module is not listed.
    """
    found: list[ast.AST] = []
    is_parameter = isinstance(node, ast.arg)
    is_walrus = isinstance(module.parent(node), ast.NamedExpr)
    inner = node
    for outer in module.ancestors(node):
        match outer:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if isinstance(inner, ast.stmt) or (is_parameter and isinstance(inner, ast.arguments) and not found):
                    found.append(outer)
            case ast.Lambda():
                if inner is outer.body or (is_parameter and not found):
                    found.append(outer)
            case ast.ClassDef():
                if isinstance(inner, ast.stmt):
                    found.append(outer)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if not is_walrus or not isinstance(getattr(node, "ctx", None), ast.Store):
                    found.append(outer)
        inner = outer
    return found


def scope_of(module: Module, node: ast.AST) -> ast.AST:
    """The scope that a binder binds its name in; the module's tree for its top and for ``global``."""
    if isinstance(node, ast.Global):
        return module.tree
    return next(iter(scopes_of(module, node)), module.tree)


def visible_scopes(module: Module, node: ast.AST) -> list[ast.AST]:
    """The scopes that a name at a node is looked up in, the module's tree last; classes only for code right in them."""
    scopes = scopes_of(module, node)
    seen: list[ast.AST] = []
    for scope in scopes:
        if not isinstance(scope, ast.ClassDef) or not any(isinstance(inner, _FUNCTIONS) for inner in seen):
            seen.append(scope)
    return [*seen, module.tree]


def home_of(module: Module, node: ast.AST, name: str) -> ast.AST:
    """The scope that binds what a name means at a node; the module's tree for its own names and for builtins."""
    homes = {scope_of(module, binder) for binder in binders(module, name)}
    return next((scope for scope in visible_scopes(module, node) if scope in homes), module.tree)


def runs_at_import(module: Module, node: ast.AST) -> bool:
    """Whether a node runs while the module is read, rather than in a function that is called later."""
    return not any(isinstance(scope, _FUNCTIONS) for scope in scopes_of(module, node))


def surely_ran(module: Module, statements: Collection[ast.stmt], scope: ast.AST, node: ast.AST) -> bool:
    """Whether one of some statements of a scope has run in every case when a node inside the scope runs."""
    if scope is module.tree and not runs_at_import(module, node):
        return _surely_runs(module.tree.body, statements)
    inner = node
    for outer in module.ancestors(node):
        before = _before(outer, inner)
        if before and _surely_runs(before, statements):
            return True
        if outer is scope:
            return False
        inner = outer
    return False


def _before(outer: ast.AST, inner: ast.AST) -> list[ast.stmt]:
    """The statements of the same block that stand before one of them."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(outer, field, ())
        if isinstance(block, list) and inner in block:
            return block[: block.index(inner)]
    return []


def _surely_runs(block: Sequence[ast.stmt], statements: Collection[ast.stmt]) -> bool:
    """Whether a block that comes to its end has run one of the statements."""
    return any(_contains(statement, statements) for statement in block)


def _contains(statement: ast.stmt, statements: Collection[ast.stmt]) -> bool:
    match statement:
        case ast.If(body=body, orelse=orelse):
            return all(_runs_or_leaves(block, statements) for block in (body, orelse))
        case ast.Try():
            blocks = (statement.body, *(handler.body for handler in statement.handlers))
            if _surely_runs(statement.finalbody, statements):
                return True
            return all(_runs_or_leaves(block, statements) for block in blocks)
    return statement in statements


def _runs_or_leaves(block: Sequence[ast.stmt], statements: Collection[ast.stmt]) -> bool:
    return _surely_runs(block, statements) or (bool(block) and isinstance(block[-1], (ast.Raise, ast.Return)))


@lru_cache(maxsize=4)
def _names_read(module: Module) -> frozenset[str]:
    return frozenset(
        node.id for node in walk([module.tree]) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


@lru_cache(maxsize=4)
def _binders(module: Module) -> dict[str, list[ast.AST]]:
    found: dict[str, list[ast.AST]] = {}
    for node in walk([module.tree]):
        for name in _bound_by(node):
            found.setdefault(name, []).append(node)
    for nodes in found.values():
        nodes.sort(key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    return found


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or (name.partition(".")[0])
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case _ if type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
            yield getattr(node, "name")  # noqa: B009
