"""Certainty: whether what is known of an expression is all that it can be.

A value is what is known of its alternatives. That is right for finding what is wrong, but what is to be converted must
never be anything else, and what code does elsewhere is not seen where a value is made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.model.body import Body
from durable_lint.model.module import Module
from durable_lint.model.scope import walk_body
from durable_lint.model.things import FunctionNode
from durable_lint.rewrite.bindings import binders, home_of, scope_of
from durable_lint.source.walk import walk

_MAX_DEPTH = 8


def is_certain(body: Body, node: ast.expr) -> bool:
    """Whether an expression of a body, or of a function that it calls, has no alternative of which nothing is known:
    each that there is gives something of its own, or is declared.
    """
    value = body.values.get(node)
    return (value is None or not value.partial) and _is_certain(body, body.module, node, _MAX_DEPTH)


def always_returns(function: FunctionNode) -> bool:
    """Whether a function gives back what its ``return`` statements say, and never ``None`` for want of one."""
    return isinstance(function, ast.Lambda) or _leaves(function.body)


def _is_certain(body: Body, module: Module, node: ast.expr, depth: int) -> bool:
    match node:
        case ast.IfExp(body=first, orelse=second):
            return depth > 0 and all(_is_known(body, module, one, depth - 1) for one in (first, second))
        case ast.BoolOp(values=values):
            return depth > 0 and all(_is_known(body, module, one, depth - 1) for one in values)
        case ast.NamedExpr(value=value):
            return _is_known(body, module, value, depth)
        case ast.Name():
            return depth > 0 and _is_certain_name(body, module, node, depth - 1)
        case ast.Call():
            return depth > 0 and _is_certain_call(body, module, node, depth - 1)
        case ast.Attribute():
            return depth > 0 and _is_certain_attribute(body, module, node, depth - 1)
        case ast.Subscript(value=ast.Name(id=name)):
            return not any(_changes_entries(inner, name) for inner in walk([module.tree]))
    return True


def _is_known(body: Body, module: Module, node: ast.expr, depth: int) -> bool:
    """Whether an alternative is certain, and anything is known of it at all."""
    match node:
        case ast.IfExp() | ast.BoolOp() | ast.NamedExpr() | ast.Name() | ast.Constant() | ast.JoinedStr():
            pass
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.BinOp() | ast.Compare():
            pass
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Lambda():
            pass
        case _:
            value = body.values.get(node)
            if value is None or not (value.things or value.maker):
                return False
    return _is_certain(body, module, node, depth)


def _is_certain_call(body: Body, module: Module, node: ast.Call, depth: int) -> bool:
    """Whether all functions of the project that a call may run give something certain; one in a variable may be any."""
    if isinstance(node.func, ast.Name):
        home = home_of(module, node.func, node.func.id)
        here = [binder for binder in binders(module, node.func.id) if scope_of(module, binder) is home]
        if any(isinstance(binder, (ast.Name, ast.arg)) for binder in here):
            return False
    return all(_gives_certain(called, depth) for called in _called(body, node))


def _is_certain_attribute(body: Body, module: Module, node: ast.Attribute, depth: int) -> bool:
    """Whether all that is ever assigned to attributes of the name in the file is certain."""
    for inner in walk([module.tree]):
        match inner:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name == node.attr:
                outer = module.parent(inner)
                if isinstance(outer, ast.AnnAssign):
                    continue
                if not isinstance(outer, ast.Assign) or not _is_known(body, module, outer.value, depth):
                    return False
    return True


def _changes_entries(node: ast.AST, name: str) -> bool:
    """Whether a node puts entries into the dict or list of a name that are not seen where it is made."""
    match node:
        case ast.Subscript(value=ast.Name(id=base), ctx=ast.Store()):
            return base == name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr="update" | "setdefault" | "append" | "extend")):
            return base == name
    return False


def _is_certain_name(body: Body, module: Module, node: ast.Name, depth: int) -> bool:
    """Whether all that binds a name is an assignment of something certain, or declares it."""
    home = home_of(module, node, node.id)
    return all(
        _binds_certain(body, module, binder, depth)
        for binder in binders(module, node.id)
        if scope_of(module, binder) is home
    )


def _binds_certain(body: Body, module: Module, binder: ast.AST, depth: int) -> bool:
    outer = module.parent(binder)
    match outer:
        case ast.Assign(targets=[target], value=value) if target is binder:
            return _is_known(body, module, value, depth)
        case ast.AnnAssign() | ast.NamedExpr() if outer.target is binder:
            return isinstance(outer, ast.AnnAssign) or _is_known(body, module, outer.value, depth)
    return isinstance(binder, ast.arg) and binder.annotation is not None


def _called(body: Body, call: ast.Call) -> Iterator[Body]:
    """The functions of the project that a call may run, told by their names."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            pass
        case _:
            return
    for reached in body.reached():
        if reached is not body and getattr(reached.node, "name", "") == name:
            yield reached


def _gives_certain(called: Body, depth: int) -> bool:
    function = called.node
    if isinstance(function, ast.Lambda):
        return _is_known(called, called.module, function.body, depth)
    if function.returns is not None:
        return True
    returned = [node.value for node in walk_body(function.body) if isinstance(node, ast.Return)]
    return always_returns(function) and all(
        value is not None and _is_known(called, called.module, value, depth) for value in returned
    )


def _leaves(block: list[ast.stmt]) -> bool:
    """Whether code never comes to the end of a block: it returns or raises before."""
    match block[-1] if block else None:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=first, orelse=second):
            return _leaves(first) and _leaves(second)
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _leaves(inner)
        case ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=last):
            ends = (_leaves(inner) or _leaves(orelse)) and all(_leaves(handler.body) for handler in handlers)
            return ends or _leaves(last)
        case ast.While(test=ast.Constant(value=True), body=inner):
            return not any(isinstance(node, ast.Break) for node in walk_body(inner))
        case ast.Match(cases=cases):
            is_complete = isinstance(cases[-1].pattern, ast.MatchAs) and cases[-1].pattern.pattern is None
            return is_complete and cases[-1].guard is None and all(_leaves(case.body) for case in cases)
    return False
