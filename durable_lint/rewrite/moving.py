"""Moving: whether code can go into a step without other code noticing more than its result."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.model.body import Body, BodyKind
from durable_lint.model.module import Module, target_names
from durable_lint.model.sdk import is_sdk
from durable_lint.rewrite.edits import source_of
from durable_lint.source.walk import walk

_EVERYTHING = frozenset({"Exception", "BaseException"})
_NEVER_RAISING = frozenset(
    {"time", "time_ns", "now", "today", "utcnow", "isoformat", "timestamp", "date", "uuid1", "uuid4", "random", "str"}
)


def is_guarded(body: Body, node: ast.AST) -> bool:
    """Whether a ``try`` round it, or a manager that swallows errors, waits for other errors than a step raises, or for
    those of no operation yet.

    Of a function that only other code of the project calls, the places that call it count too.
    """
    return _is_guarded_in(body, node) or (not _is_harmless(node) and _callers_wait(body))


def _is_guarded_in(body: Body, node: ast.AST) -> bool:
    inner = node
    for outer in body.module.ancestors(node):
        if outer is body.node:
            return False
        managers = outer.items if isinstance(outer, (ast.With, ast.AsyncWith)) and inner in outer.body else ()
        if any("suppress" in source_of(body.module, item.context_expr) for item in managers):
            return True
        if isinstance(outer, (ast.Try, ast.TryStar)) and outer.handlers and inner in outer.body:
            guarded = set(walk(outer.body))
            if not any(operation.place.node in guarded for operation in body.operations.values()):
                return True
            if not all(_awaits_steps(body.module, handler) for handler in outer.handlers):
                return True
        inner = outer
    return False


def _is_harmless(node: ast.AST) -> bool:
    """Whether code surely raises nothing: plain calls of what reads a clock or makes an id, with plain arguments."""
    return all(
        isinstance(inner, (ast.Name, ast.Attribute, ast.Constant, ast.keyword, ast.expr_context))
        or (isinstance(inner, ast.Call) and _called_name(inner) in _NEVER_RAISING)
        for inner in walk([node])
    )


def _called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _callers_wait(body: Body) -> bool:
    """Whether a function is called where errors are awaited, however many other functions lie between."""
    seen = {body}
    stack = [body]
    while stack:
        current = stack.pop()
        if current.kind is not BodyKind.PLAIN or isinstance(current.node, ast.Lambda):
            continue
        for caller in _callers(current):
            if any(_is_guarded_in(caller, call) for call in _calls(caller, current.node.name)):
                return True
            if caller not in seen:
                seen.add(caller)
                stack.append(caller)
    return False


def _callers(body: Body) -> list[Body]:
    memory = () if body.interpreter is None else body.interpreter.memory.values()
    return [other for other in memory if any(callee.node is body.node for callee in other.callees)]


def _calls(body: Body, name: str) -> Iterator[ast.Call]:
    """The calls in a body that may be those of a function with a name."""
    for node in walk([body.node]):
        if isinstance(node, ast.Call) and _called_name(node) == name:
            yield node


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


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node
