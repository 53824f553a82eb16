"""Moving: whether code can go into a step without other code noticing more than its result."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from durable_lint.model.body import Body
from durable_lint.model.effects import Effect
from durable_lint.model.module import Module, target_names
from durable_lint.model.scope import all_arguments, assigned_names
from durable_lint.model.sdk import is_sdk
from durable_lint.source.walk import walk

_FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_EVERYTHING = frozenset({"Exception", "BaseException"})


def is_guarded(body: Body, node: ast.AST) -> bool:
    """Whether a ``try`` round it waits for other errors than a step raises, or for those of no operation yet."""
    inner = node
    for outer in body.module.ancestors(node):
        if outer is body.node:
            return False
        if isinstance(outer, (ast.Try, ast.TryStar)) and outer.handlers and inner in outer.body:
            guarded = set(walk(outer.body))
            if not any(operation.place.node in guarded for operation in body.operations.values()):
                return True
            if not all(_awaits_steps(body.module, handler) for handler in outer.handlers):
                return True
        inner = outer
    return False


def _awaits_steps(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether a clause is for everything, or for errors of the SDK."""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for one in types:
        if one is None or (isinstance(one, ast.Name) and one.id in _EVERYTHING):
            continue
        root = next(target_names(_base(one)), "")
        if not any(_is_from_sdk(binding.statement) for binding in module.bindings.get(root, ())):
            return False
    return True


def _is_from_sdk(statement: ast.AST) -> bool:
    match statement:
        case ast.ImportFrom(module=str(name)):
            return is_sdk(name)
        case ast.Import(names=names):
            return any(is_sdk(alias.name) for alias in names)
    return False


def changes_arguments(effects: Iterable[Effect]) -> bool:
    """Whether a function of the project on the way to some effects may change what it was given, or names outside it:
    a replay, which takes the step's result from the record, would not do that again.
    """
    links = [link.site.node for effect in effects for link in effect.chain]
    helpers = {helper for effect in effects for helper in _helpers(effect)}
    return any(_changes_arguments(helper, frozenset(links)) for helper in helpers)


def _helpers(effect: Effect) -> Iterator[_FunctionDef]:
    """The functions of the project between the expression and the source."""
    for link in effect.chain[1:]:
        for outer in link.site.module.ancestors(link.site.node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield outer
                break


def _changes_arguments(function: _FunctionDef, links: frozenset[ast.AST]) -> bool:
    parameters = {argument.arg for argument in all_arguments(function.args)}
    if any(isinstance(node, (ast.Global, ast.Nonlocal)) for node in walk(function.body)):
        return True
    stored = {node.id for node in walk(function.body) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return bool(parameters & (_changed_in_place(function, links) - stored))


def _changed_in_place(function: _FunctionDef, links: frozenset[ast.AST]) -> set[str]:
    """Names of which an item or an attribute is assigned, or a method's result is dropped, as that of ``append``; the
    calls that lead to the effects change the world instead.
    """
    changed: set[str] = set()
    for node in walk(function.body):
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                changed.update(assigned_names([node]))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method) as call):
                if call not in links and method.attr not in _LOGGING:
                    changed.update(target_names(_base(method)))
    return changed


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node
