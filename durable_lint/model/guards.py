"""Guards: ``try``, ``with`` and what they do to a suspension that passes through them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from durable_lint.model.body import Guard
from durable_lint.model.operations import Operation
from durable_lint.model.scope import walk_body
from durable_lint.model.values import UNKNOWN, Durable, External, Method, Sequence, Value
from durable_lint.source.walk import walk

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_SUPPRESS = "contextlib.suppress"
Merge = Callable[["Frame", list[dict[str, Value]], bool], None]


def run_try(
    frame: Frame, node: ast.Try | ast.TryStar, run: Callable[[Frame, list[ast.stmt]], bool], merge: Merge
) -> bool:
    """Run a ``try`` statement and record a guard for each clause round operations."""
    before, path = dict(frame.scope.names), frame.path
    known = set(frame.body.operations)
    frame.path = (*path, (node, "try"))
    left = run(frame, node.body)
    inside = tuple(op for key, op in frame.body.operations.items() if key not in known or _encloses(node.body, op))
    elsewhere = _raises_elsewhere(frame, node.body, inside)
    if not left:
        left = run(frame, node.orelse)
    states = [] if left else [frame.scope.names]
    after = dict(frame.scope.names)
    earlier: list[Value] = []
    for handler in node.handlers:
        frame.scope.replace(_either(before, after))
        caught = _classes(frame, handler.type)
        if handler.name:
            frame.scope.bind(handler.name, UNKNOWN)
        frame.path = path
        clause_left = run(frame, handler.body)
        if not clause_left:
            states.append(frame.scope.names)
        if inside:
            frame.body.guards[id(handler)] = Guard(
                frame.site(handler),
                caught,
                handler.type is None,
                tuple(earlier),
                _always_raises(handler.body),
                elsewhere,
                inside,
            )
        earlier.extend(caught)
    merge(frame, states, True)
    all_left = not states
    if all_left:
        frame.scope.replace(_either(before, after))
    frame.path = path
    return _run_finally(frame, node, run, inside) or all_left


def _run_finally(
    frame: Frame,
    node: ast.Try | ast.TryStar,
    run: Callable[[Frame, list[ast.stmt]], bool],
    inside: tuple[Operation, ...],
) -> bool:
    if not node.finalbody:
        return False
    cleanup = frame.cleanup
    frame.cleanup = cleanup or bool(inside)
    left = run(frame, node.finalbody)
    frame.cleanup = cleanup
    return left


def _either(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    joined = dict(first)
    for name, value in second.items():
        joined[name] = joined[name] | value if name in joined else value
    return joined


def _encloses(body: list[ast.stmt], operation: Operation) -> bool:
    call = operation.via[0].site.node if operation.via else operation.call
    row = getattr(call, "lineno", 0)
    last = body[-1].end_lineno
    return bool(body) and last is not None and body[0].lineno <= row <= last


def _classes(frame: Frame, node: ast.expr | None) -> tuple[Value, ...]:
    if node is None:
        return ()
    if isinstance(node, ast.Tuple):
        return tuple(frame.evaluate(item) for item in node.elts)
    value = frame.evaluate(node)
    if len(value.things) == 1 and isinstance(value.things[0], Sequence) and value.things[0].items is not None:
        return value.things[0].items
    return (value,)


def _always_raises(body: list[ast.stmt]) -> bool:
    """Whether every path through a clause ends in ``raise``."""
    for statement in body:
        match statement:
            case ast.Raise():
                return True
            case ast.If():
                if _always_raises(statement.body) and _always_raises(statement.orelse):
                    return True
            case ast.With() if _always_raises(statement.body):
                return True
            case ast.Return() | ast.Break() | ast.Continue():
                return False
    return False


def _raises_elsewhere(frame: Frame, body: list[ast.stmt], inside: tuple[Operation, ...]) -> bool:
    """Whether guarded code holds anything that may raise besides the operations: other calls, item access, ``raise``."""
    calls = {operation.call for operation in inside if not operation.via}
    skipped: set[ast.AST] = set()
    for node in walk_body(body):
        if isinstance(node, ast.Lambda):
            skipped.update(walk([node]))
    for node in walk_body(body):
        if node in skipped or node in calls:
            continue
        match node:
            case ast.Raise() | ast.Assert() | ast.Subscript(ctx=ast.Load()) | ast.Await() | ast.With() | ast.For():
                return True
            case ast.BinOp() if not isinstance(node.op, (ast.Add, ast.Mod)):
                return True
            case ast.Call() if not _is_harmless_call(frame, node):
                return True
    return False


def _is_harmless_call(frame: Frame, node: ast.Call) -> bool:
    value = frame.evaluate(node.func)
    for thing in value.things:
        if isinstance(thing, External) and thing.name.partition(".")[0] in (
            "aws_durable_execution_sdk_python",
            "durable_runtime",
        ):
            continue
        if isinstance(thing, Method) and thing.name in ("info", "debug", "warning", "error", "exception"):
            continue
        if isinstance(thing, Durable):
            continue
        return False
    return bool(value.things)


def run_with(
    frame: Frame, node: ast.With | ast.AsyncWith, managers: list[tuple[ast.withitem, Value]], body: Callable[[], bool]
) -> bool:
    """Run a ``with`` block; ``contextlib.suppress`` round operations is a guard."""
    known = set(frame.body.operations)
    left = body()
    inside = tuple(op for key, op in frame.body.operations.items() if key not in known or _encloses(node.body, op))
    suppressed = False
    for item, _ in managers:
        call = item.context_expr
        if isinstance(call, ast.Call) and any(t == External(_SUPPRESS) for t in frame.evaluate(call.func).things):
            suppressed = True
            caught = tuple(value for argument in call.args for value in _classes(frame, argument))
            if inside:
                elsewhere = _raises_elsewhere(frame, node.body, inside)
                frame.body.guards[id(call)] = Guard(frame.site(call), caught, False, (), False, elsewhere, inside)
    return left and not suppressed
