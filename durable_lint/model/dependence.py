"""Dependence: which operations in a row need nothing of each other, so that they could run at the same time.

Only operations that surely do no more than read are compared: two that change something outside may depend on each
other in ways that no code shows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from durable_lint.model.body import Body
from durable_lint.model.effects import OUTSIDE_KINDS, Access
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.scope import loaded_names, stored_names
from durable_lint.model.sizes import DEFINITIONS
from durable_lint.model.things import Function
from durable_lint.source.walk import walk

_READING = frozenset(
    {"fetch", "get", "load", "read", "list", "find", "look", "lookup", "query", "search", "describe", "download"}
    | {"count", "retrieve", "select", "scan", "head"}
)
_BLOCKS = ("body", "orelse", "finalbody")


def independent_runs(body: Body) -> Iterator[list[Operation]]:
    """Two or more operations in a row, each a statement of its own, that only read and use nothing of each other."""
    own = {operation.call: operation for operation in body.own_operations if _is_plain(operation)}
    if len(own) < 2 or isinstance(body.node, ast.Lambda):
        return
    for block in _blocks(body.node):
        run: list[tuple[ast.stmt, Operation]] = []
        for statement in block:
            operation = own.get(call) if (call := _called_in(statement)) is not None else None
            if operation is not None and only_reads(operation):
                if not all(_is_independent(earlier, statement, operation) for earlier, _ in run):
                    yield from _long_enough(run)
                    run = []
                run.append((statement, operation))
            elif not is_logging(statement):
                yield from _long_enough(run)
                run = []
        yield from _long_enough(run)


def _long_enough(run: list[tuple[ast.stmt, Operation]]) -> Iterator[list[Operation]]:
    if len(run) > 1:
        yield [operation for _, operation in run]


def _is_plain(operation: Operation) -> bool:
    kinds = (OperationKind.STEP, OperationKind.INVOKE, OperationKind.CHILD)
    return operation.kind in kinds and not operation.in_cleanup and not operation.open_arguments


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a function, but not those of functions and classes in it."""
    pending: list[ast.AST] = [node]
    while pending:
        outer = pending.pop()
        pending.extend((*getattr(outer, "handlers", ()), *getattr(outer, "cases", ())))
        for name in _BLOCKS:
            block = getattr(outer, name, None)
            if isinstance(block, list) and block:
                yield block
                pending.extend(inner for inner in block if not isinstance(inner, DEFINITIONS))


def _called_in(statement: ast.stmt) -> ast.Call | None:
    """The call that is the whole of a statement's value."""
    match statement:
        case ast.Assign(value=ast.Call() as call) | ast.AnnAssign(value=ast.Call() as call):
            return call
        case ast.Expr(value=ast.Call() as call) | ast.Return(value=ast.Call() as call):
            return call
    return None


def _is_independent(earlier: ast.stmt, statement: ast.stmt, operation: Operation) -> bool:
    """Whether a statement reads nothing that an earlier one assigns, not even in a function that it hands over."""
    assigned = stored_names([earlier])
    read = set(loaded_names(statement))
    for called in operation.called:
        for thing in called.value.things:
            function = thing if isinstance(thing, Function) else None
            if function is not None and function.scope is not None:
                read |= loaded_names(function.node)
    return assigned.isdisjoint(read) and assigned.isdisjoint(stored_names([statement]))


def is_logging(statement: ast.stmt) -> bool:
    """Whether a statement only writes to a log."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))):
            names = {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in walk([value])}
            return any(name.lower().rpartition("_")[2] in ("logger", "log", "logging") for name in names)
    return False


def only_reads(operation: Operation) -> bool:
    """Whether an operation looks like a reader: by what it does outside, and by its name where that does not show."""
    bodies = [body for called in operation.called for body in called.bodies]
    outside = [effect for body in bodies for effect in body.effects.values() if effect.kind in OUTSIDE_KINDS]
    if any(effect.access is not Access.READ for effect in outside):
        return False
    if not _begins_reading(operation):
        return False
    inner = [inner for body in bodies for inner in body.operations.values()]
    return all(_is_plain(one) and only_reads(one) for one in inner)


def _begins_reading(operation: Operation) -> bool:
    """Whether the words of an operation begin with a verb of reading: ``fetch_user``, ``get-orders``."""
    names = [*operation.name_texts[:1], operation.implicit_name or "", _called_name(operation)]
    name = next((name for name in names if name), "")
    words = [word for word in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if word]
    return bool(words) and words[0] in _READING


def _called_name(operation: Operation) -> str:
    """The name of the function that a step runs, or that a lambda calls."""
    for called in operation.called:
        for body in called.bodies:
            if not isinstance(body.node, ast.Lambda):
                return body.node.name
            value = body.node.body
            if isinstance(value, ast.Call):
                return ast.unparse(value.func).rpartition(".")[2]
    return ""
